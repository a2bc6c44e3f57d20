/** Words of a page; a longer list has a page of its own. */
const PAGE_WORDS = 1 << 16;
/** Share of a page that may lie waste before what is left of it is moved: what is wasted at worst is a third of what is used. */
const WASTE = 1 / 4;
/** A grown list has room for this much more. */
const GROWTH = 1.15;
const SMALLEST = 4;
const NOWHERE = 0xffffffff;

/**
 * Growing lists of 32-bit words, hundreds of thousands of short ones, in large pages: a typed array of its own costs each some 200 bytes beside its words. A list that outgrows its place gets
 * a new one; a page of which a quarter lies waste is emptied into the newest, so that lists which all grow at one pace leave no trail behind, and no step costs more than one page.
 *
 * Places move: read `pageOf` and `startOf` anew after any `reserve`.
 */
export class WordLists {
  private readonly pages: Uint32Array[] = [];
  private readonly waste: number[] = [];
  private readonly freePages: number[] = [];
  private current = -1;
  private used = PAGE_WORDS;
  private count = 0;
  /** Per list: page << 16 | place of its first word, and the words that it has room for. */
  private places = new Uint32Array(64);
  private rooms = new Uint32Array(64);

  /** Words of all pages, used or not. */
  get size(): number {
    return this.pages.reduce((sum, { length }) => sum + length, 0);
  }

  /** A new, empty list's number. */
  add(): number {
    if (this.count === this.places.length) {
      const length = Math.ceil(this.count * GROWTH);
      this.places = widened(this.places, length);
      this.rooms = widened(this.rooms, length);
    }
    this.places[this.count] = NOWHERE;
    return this.count++;
  }

  /** A new list of exactly these words. */
  addWords(words: Uint32Array): number {
    const list = this.add();
    if (words.length === 0) return list;
    this.place(list, Math.max(SMALLEST, words.length));
    this.pageOf(list).set(words, this.startOf(list));
    return list;
  }

  roomOf(list: number): number {
    return this.rooms[list]!;
  }

  pageOf(list: number): Uint32Array {
    const place = this.places[list]!;
    return place === NOWHERE ? NO_WORDS : this.pages[place >>> 16]!;
  }

  startOf(list: number): number {
    const place = this.places[list]!;
    return place === NOWHERE ? 0 : place & 0xffff;
  }

  /** A view of the first words of a list, until the next `reserve` of any. */
  words(list: number, count: number): Uint32Array {
    const start = this.startOf(list);
    return this.pageOf(list).subarray(start, start + count);
  }

  /** Makes room for `wanted` words and some more, at most `most`, and keeps the first `kept` of them. */
  reserve(list: number, kept: number, wanted: number, most = Infinity): void {
    if (wanted <= this.rooms[list]!) return;
    const old = this.places[list]!;
    const room = this.rooms[list]!;
    const words = this.words(list, kept);
    this.place(list, Math.min(most, Math.max(SMALLEST, Math.ceil(wanted * GROWTH))));
    this.pageOf(list).set(words, this.startOf(list));
    if (old !== NOWHERE) this.free(old, room);
  }

  /** Puts a list into a place of its own. Before its first word stands whose it is. */
  private place(list: number, room: number): void {
    let page = this.current;
    let start = this.used + 1;
    if (room + 1 > PAGE_WORDS) {
      page = this.newPage(room + 1);
      start = 1;
    } else {
      if (start + room > PAGE_WORDS) {
        // What is left of the page lies waste from now on.
        if (page >= 0) this.leave(page, this.used, PAGE_WORDS - this.used);
        page = this.current = this.newPage(PAGE_WORDS);
        start = 1;
      }
      this.used = start + room;
    }
    this.pages[page]![start - 1] = list + 1;
    this.places[list] = page * PAGE_WORDS + start;
    this.rooms[list] = room;
  }

  private free(place: number, room: number): void {
    const page = place >>> 16;
    this.leave(page, (place & 0xffff) - 1, room + 1);
    if (page !== this.current && this.waste[page]! > WASTE * this.pages[page]!.length) this.empty(page);
  }

  /** Marks words as nobody's; the second of them says how many. A single one needs no mark but its own. */
  private leave(page: number, at: number, words: number): void {
    if (words === 0) return;
    this.waste[page]! += words;
    this.pages[page]![at] = 0;
    if (words > 1) this.pages[page]![at + 1] = words;
  }

  /** Moves what is left of a page to the newest one. */
  private empty(page: number): void {
    const words = this.pages[page]!;
    for (let at = 0; at < words.length;) {
      const list = words[at]! - 1;
      if (list < 0) {
        at += at + 1 < words.length ? Math.max(1, words[at + 1]!) : 1;
        continue;
      }
      const room = this.rooms[list]!;
      this.place(list, room);
      this.pageOf(list).set(words.subarray(at + 1, at + 1 + room), this.startOf(list));
      at += room + 1;
    }
    this.pages[page] = NO_WORDS;
    this.freePages.push(page);
  }

  private newPage(length: number): number {
    const page = this.freePages.pop() ?? this.pages.length;
    this.pages[page] = new Uint32Array(length);
    this.waste[page] = 0;
    return page;
  }
}

const NO_WORDS = new Uint32Array(0);

const widened = (from: Uint32Array, length: number): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
};
