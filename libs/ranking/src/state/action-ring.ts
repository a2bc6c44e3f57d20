import type { EpochMs } from '#contracts';

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
const FIRST_ENTRIES = 4;

/**
 * The last N actions of a reader, sorted by (time, paper id, action, value): a *set* of which the greatest N are kept. Keeping the top N of a set commutes, so the ring
 * does not depend on the order of arrival, late events find their place, and duplicates vanish. 12 bytes an entry; grows with use.
 *
 * The order has no event id in it: two entries that agree in all the rest are the same entry to every reader of the ring.
 */
export class ActionRing {
  /** Words of an entry: seconds; paper; milliseconds | action << 10 | trusted << 14 | value << 16. */
  private words: Uint32Array = new Uint32Array(0);
  private count = 0;

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
    this.words.copyWithin(0, WORDS, at * WORDS);
    this.put(at - 1, seconds, entry.paper, packed);
    return 'changed';
  }

  /** Entry by place, oldest first. */
  at(place: number): RingEntry {
    const packed = this.words[place * WORDS + 2]!;
    return {
      time: this.words[place * WORDS]! * 1000 + (packed & 1023),
      paper: this.words[place * WORDS + 1]!,
      action: (packed >>> 10) & 15,
      trusted: (packed & (1 << 14)) !== 0,
      value: packed >>> 16,
    };
  }

  /** Paper by place, without making an object. */
  paperAt(place: number): number {
    return this.words[place * WORDS + 1]!;
  }

  toArray(): Uint32Array {
    return this.words.subarray(0, this.count * WORDS);
  }

  static fromArray(words: Uint32Array): ActionRing {
    const ring = new ActionRing();
    ring.words = words;
    ring.count = words.length / WORDS;
    return ring;
  }

  private insert(at: number, seconds: number, paper: number, packed: number, capacity: number): void {
    if (this.count * WORDS === this.words.length) {
      const entries = Math.min(capacity, Math.max(FIRST_ENTRIES, Math.ceil(this.count * 1.5)));
      const grown = new Uint32Array(entries * WORDS);
      grown.set(this.words);
      this.words = grown;
    }
    this.words.copyWithin((at + 1) * WORDS, at * WORDS, this.count * WORDS);
    this.put(at, seconds, paper, packed);
    this.count++;
  }

  private put(at: number, seconds: number, paper: number, packed: number): void {
    this.words[at * WORDS] = seconds;
    this.words[at * WORDS + 1] = paper;
    this.words[at * WORDS + 2] = packed;
  }

  /** Negative when the entry at that place comes before the given one. */
  private compare(at: number, seconds: number, paper: number, packed: number, idOf: (paper: number) => string): number {
    const there = this.words[at * WORDS + 2]!;
    const bySecond = this.words[at * WORDS]! - seconds;
    if (bySecond !== 0) return bySecond;
    const byMs = (there & 1023) - (packed & 1023);
    if (byMs !== 0) return byMs;
    const thatPaper = this.words[at * WORDS + 1]!;
    if (thatPaper !== paper) return idOf(thatPaper) < idOf(paper) ? -1 : 1;
    return there - packed;
  }
}
