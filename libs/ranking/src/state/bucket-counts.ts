import { BUCKET_MS, BUCKETS_PER_HOUR, FINE_BUCKETS_MS, HOUR_MS } from './clock.js';
import { WordLists } from './word-lists.js';
import type { EpochMs } from '#contracts';

/** One paper's counts: pairs of (bucket * 16 + action, count), sorted by the first. */
interface PaperCounts {
  readonly list: number;
  /** Numbers in use: twice the number of pairs. */
  used: number;
  /** Buckets before this are already counted by the hour. */
  settledTo: number;
}

const ACTION_SPAN = 16;

/**
 * Distinct readers per paper, action and time bucket: 10 minutes wide, an hour wide once older than two days against the watermark.
 *
 * Sums of integers commute, and the moment of coarsening depends on the watermark alone (the greatest `recordedtime` folded), so any order of the same events gives the
 * same numbers. Papers are coarsened lazily: every read and write goes through `settled`.
 */
export class BucketCounts {
  private readonly papers: (PaperCounts | undefined)[] = [];
  private coarseBefore = 0;

  constructor(private readonly lists = new WordLists()) {}

  /** Papers that were ever counted, in the order of their first count. */
  readonly counted: number[] = [];

  /** Moves the border between hours and ten minutes. Both are whole hours, so a bucket is coarsened all at once. */
  advance(watermark: EpochMs): void {
    const border = Math.floor((watermark - FINE_BUCKETS_MS) / HOUR_MS) * BUCKETS_PER_HOUR;
    if (border > this.coarseBefore) this.coarseBefore = border;
  }

  /** First bucket that is still ten minutes wide. Changes once an hour of watermark. */
  get border(): number {
    return this.coarseBefore;
  }

  add(paper: number, action: number, time: EpochMs, delta: 1 | -1): void {
    const counts = this.settled(paper) ?? this.create(paper);
    let bucket = Math.floor(time / BUCKET_MS);
    if (bucket < this.coarseBefore) bucket -= bucket % BUCKETS_PER_HOUR;
    const key = bucket * ACTION_SPAN + action;
    const [page, from] = this.placeOf(counts);
    let at = counts.used;
    while (at > 0 && page[from + at - 2]! > key) at -= 2;
    if (at > 0 && page[from + at - 2] === key) this.change(counts, at - 2, delta);
    else if (delta > 0) this.insert(counts, at, key);
  }

  /** Visits the paper's counts, oldest bucket first. */
  forEach(paper: number, visit: (bucket: number, action: number, count: number) => void): void {
    const counts = this.settled(paper);
    if (counts === undefined) return;
    const [page, from] = this.placeOf(counts);
    for (let at = from; at < from + counts.used; at += 2) {
      const key = page[at]!;
      visit(Math.floor(key / ACTION_SPAN), key % ACTION_SPAN, page[at + 1]!);
    }
  }

  /**
   * Counts of one action in the newest buckets: answers for each of `from` the sum over the buckets from that one on. Costs as many steps as the widest window has buckets.
   * @param from bucket numbers, newest first.
   */
  recent(paper: number, action: number, from: readonly number[]): number[] {
    const sums = from.map(() => 0);
    const counts = this.settled(paper);
    if (counts === undefined) return sums;
    const [page, start] = this.placeOf(counts);
    for (let at = start + counts.used - 2; at >= start; at -= 2) {
      const key = page[at]!;
      const bucket = Math.floor(key / ACTION_SPAN);
      if (bucket < from.at(-1)!) break;
      if (key % ACTION_SPAN === action) for (let i = from.length - 1; i >= 0 && bucket >= from[i]!; i--) sums[i]! += page[at + 1]!;
    }
    return sums;
  }

  /** The pairs as they are hashed and stored. */
  pairsOf(paper: number): Uint32Array {
    const counts = this.settled(paper);
    return counts === undefined ? EMPTY : this.lists.words(counts.list, counts.used);
  }

  restore(paper: number, pairs: Uint32Array): void {
    this.create(paper, pairs).used = pairs.length;
  }

  private change(counts: PaperCounts, at: number, delta: 1 | -1): void {
    const [page, from] = this.placeOf(counts);
    const count = page[from + at + 1]! + delta;
    if (count > 0) {
      page[from + at + 1] = count;
      return;
    }
    // A count of none and no count are one thing, or an undone vote would leave a trace in the hash.
    page.copyWithin(from + at, from + at + 2, from + counts.used);
    counts.used -= 2;
  }

  private insert(counts: PaperCounts, at: number, key: number): void {
    this.lists.reserve(counts.list, counts.used, counts.used + 2);
    const [page, from] = this.placeOf(counts);
    page.copyWithin(from + at + 2, from + at, from + counts.used);
    page[from + at] = key;
    page[from + at + 1] = 1;
    counts.used += 2;
  }

  private create(paper: number, pairs: Uint32Array = EMPTY): PaperCounts {
    const counts: PaperCounts = { list: this.lists.addWords(pairs), used: 0, settledTo: this.coarseBefore };
    this.papers[paper] = counts;
    this.counted.push(paper);
    return counts;
  }

  private placeOf({ list }: PaperCounts): readonly [page: Uint32Array, start: number] {
    return [this.lists.pageOf(list), this.lists.startOf(list)];
  }

  private settled(paper: number): PaperCounts | undefined {
    const counts = this.papers[paper];
    if (counts !== undefined && counts.settledTo < this.coarseBefore)
      coarsen(counts, this.lists.words(counts.list, counts.used), this.coarseBefore);
    return counts;
  }
}

const EMPTY = new Uint32Array(0);

/** Adds up ten-minute buckets before the border into their hours. @param pairs the words in use */
const coarsen = (counts: PaperCounts, pairs: Uint32Array, border: number): void => {
  const { used } = counts;
  const limit = border * ACTION_SPAN;
  counts.settledTo = border;
  let end = 0;
  while (end < used && pairs[end]! < limit) end += 2;
  if (end === 0) return;
  const sums = new Map<number, number>();
  for (let at = 0; at < end; at += 2) {
    const bucket = Math.floor(pairs[at]! / ACTION_SPAN);
    const key = (bucket - (bucket % BUCKETS_PER_HOUR)) * ACTION_SPAN + (pairs[at]! % ACTION_SPAN);
    sums.set(key, (sums.get(key) ?? 0) + pairs[at + 1]!);
  }
  let to = 0;
  for (const [key, count] of [...sums].sort(([a], [b]) => a - b)) {
    pairs[to++] = key;
    pairs[to++] = count;
  }
  pairs.copyWithin(to, end, used);
  counts.used = used - (end - to);
};
