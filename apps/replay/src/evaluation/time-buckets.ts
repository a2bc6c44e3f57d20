import type { EpochMs } from '#contracts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const widths = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 364 * DAY] as const;
/** More could not be told apart in a picture. */
const MOST_BUCKETS = 48;

/**
 * Sums by time, in the finest equal buckets of which no more than 48 hold anything. The stretch need not be known before: buckets are merged as it grows, and the end result is the same for any order.
 */
export class TimeBuckets<T> {
  private readonly buckets = new Map<EpochMs, T>();
  private step = 0;

  /** @param merge adds the second to the first. */
  constructor(
    private readonly make: () => T,
    private readonly merge: (into: T, from: T) => void,
  ) {}

  get widthMs(): number {
    return widths[this.step]!;
  }

  at(moment: EpochMs): T {
    const bucket = this.bucketOf(moment);
    if (this.buckets.size <= MOST_BUCKETS || this.step === widths.length - 1) return bucket;
    this.widen();
    return this.at(moment);
  }

  /** By time; `at` is where the bucket begins. */
  sorted(): { readonly at: EpochMs; readonly sum: T }[] {
    return [...this.buckets].sort(([a], [b]) => a - b).map(([at, sum]) => ({ at, sum }));
  }

  private bucketOf(moment: EpochMs): T {
    const start = Math.floor(moment / this.widthMs) * this.widthMs;
    let bucket = this.buckets.get(start);
    if (bucket === undefined) this.buckets.set(start, (bucket = this.make()));
    return bucket;
  }

  private widen(): void {
    const finer = this.sorted();
    this.buckets.clear();
    this.step++;
    for (const { at, sum } of finer) this.merge(this.bucketOf(at), sum);
  }
}
