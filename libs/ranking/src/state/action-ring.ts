import type { EpochMs } from '#contracts';
import type { WordLists } from './word-lists.js';

/** One remembered action of one reader on one paper. */
export interface RingEntry {
  readonly time: EpochMs;
  /** The paper's number. */
  readonly paper: number;
  readonly action: number;
  readonly trusted: boolean;
  /** Tenths of a star for `rate`, seconds (at most 255) for `dwell`, else 0. */
  readonly value: number;
}

const WORDS = 3;
const NO_WORDS = new Uint32Array(0);

/**
 * The last N actions of a reader, sorted by (time, paper id, action, value): a *set* of which the greatest N are kept. Keeping the top N of a set commutes, so the ring
 * does not depend on the order of arrival, late events find their place, and duplicates vanish. 12 bytes an entry; grows with use.
 *
 * The order has no event id in it: two entries that agree in all the rest are the same entry to every reader of the ring.
 */
export class ActionRing {
  /** Words of an entry: seconds; paper; milliseconds | action << 10 | trusted << 14 | value << 16. */
  private readonly list: number;
  private count = 0;

  constructor(
    private readonly lists: WordLists,
    words: Uint32Array = NO_WORDS,
  ) {
    this.list = lists.addWords(words);
    this.count = words.length / WORDS;
  }

  get size(): number {
    return this.count;
  }

  /**
   * @param idOf gives a paper's id by its number; asked only for entries of the same millisecond.
   * @returns `appended`: it is now the newest and pushed nothing out; `changed`: placed elsewhere or something fell out; `unchanged`: too old, or there already.
   */
  add(entry: RingEntry, capacity: number, idOf: (paper: number) => string): 'appended' | 'changed' | 'unchanged' {
    const seconds = Math.floor(entry.time / 1000);
    const packed = ((entry.time % 1000) | (entry.action << 10) | (entry.trusted ? 1 << 14 : 0) | (entry.value << 16)) >>> 0;
    let at = this.count;
    for (; at > 0; at--) {
      const order = this.compare(at - 1, seconds, entry.paper, packed, idOf);
      if (order === 0) return 'unchanged';
      if (order < 0) break;
    }
    if (this.count < capacity) {
      this.insert(at, seconds, entry.paper, packed, capacity);
      return at === this.count - 1 ? 'appended' : 'changed';
    }
    if (at === 0) return 'unchanged';
    const [page, from] = [this.page, this.from];
    page.copyWithin(from, from + WORDS, from + at * WORDS);
    this.put(at - 1, seconds, entry.paper, packed);
    return 'changed';
  }

  /** Entry by place, oldest first. */
  at(place: number): RingEntry {
    const page = this.page;
    const word = this.from + place * WORDS;
    const packed = page[word + 2]!;
    return {
      time: page[word]! * 1000 + (packed & 1023),
      paper: page[word + 1]!,
      action: (packed >>> 10) & 15,
      trusted: (packed & (1 << 14)) !== 0,
      value: packed >>> 16,
    };
  }

  /** Paper by place, without making an object. */
  paperAt(place: number): number {
    return this.page[this.from + place * WORDS + 1]!;
  }

  toArray(): Uint32Array {
    return this.lists.words(this.list, this.count * WORDS);
  }

  private get page(): Uint32Array {
    return this.lists.pageOf(this.list);
  }

  private get from(): number {
    return this.lists.startOf(this.list);
  }

  private insert(at: number, seconds: number, paper: number, packed: number, capacity: number): void {
    const used = this.count * WORDS;
    this.lists.reserve(this.list, used, used + WORDS, capacity * WORDS);
    const [page, from] = [this.page, this.from];
    page.copyWithin(from + (at + 1) * WORDS, from + at * WORDS, from + used);
    this.put(at, seconds, paper, packed);
    this.count++;
  }

  private put(at: number, seconds: number, paper: number, packed: number): void {
    const [page, from] = [this.page, this.from];
    page[from + at * WORDS] = seconds;
    page[from + at * WORDS + 1] = paper;
    page[from + at * WORDS + 2] = packed;
  }

  /** Negative when the entry at that place comes before the given one. */
  private compare(at: number, seconds: number, paper: number, packed: number, idOf: (paper: number) => string): number {
    const page = this.page;
    const word = this.from + at * WORDS;
    const there = page[word + 2]!;
    const bySecond = page[word]! - seconds;
    if (bySecond !== 0) return bySecond;
    const byMs = (there & 1023) - (packed & 1023);
    if (byMs !== 0) return byMs;
    const thatPaper = page[word + 1]!;
    if (thatPaper !== paper) return idOf(thatPaper) < idOf(paper) ? -1 : 1;
    return there - packed;
  }
}
