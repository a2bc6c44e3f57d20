/** Scores of an item by its votes and age alone: what sites without a model rank by. Pure; higher is better. */

/** Hacker News: `(votes - 1) / (age + 2)^gravity`. Source: the ranking in Arc's news.arc; 1.8 is the exponent its front page is known by. */
export const hackerNewsGravity = (votes: number, ageHours: number, gravity = 1.8): number => (votes - 1) / (ageHours + 2) ** gravity;

/** Seconds that are worth a tenfold of votes. */
const REDDIT_DECADE_SECONDS = 45_000;

/** Reddit's "hot": `sign(votes) * log10(max(|votes|, 1)) + time / 45,000`. Times only matter by their differences, so any origin will do. Source: reddit's published _sorts.pyx. */
export const redditHot = (votes: number, createdSeconds: number): number =>
  Math.sign(votes) * Math.log10(Math.max(Math.abs(votes), 1)) + createdSeconds / REDDIT_DECADE_SECONDS;

/**
 * Counts of items in which each event halves with time; a half-life of `Infinity` counts all alike ("popular"). Constant time an event and a reading, whatever the order of items;
 * an event older than the newest of its item is decayed as it should be.
 */
export class DecayedTallies {
  private readonly sums: Float64Array;
  private readonly times: Float64Array;

  constructor(
    items: number,
    /** In the unit of the times given. */
    private readonly halfLife: number,
  ) {
    this.sums = new Float64Array(items);
    this.times = new Float64Array(items);
  }

  add(item: number, time: number, weight = 1): void {
    const since = time - this.times[item]!;
    if (this.sums[item] === 0 || since >= 0) {
      this.sums[item] = this.at(item, time) + weight;
      this.times[item] = time;
    } else this.sums[item]! += weight * 2 ** (since / this.halfLife);
  }

  /** The count as it is at `now`. */
  at(item: number, now: number): number {
    const sum = this.sums[item]!;
    return sum === 0 ? 0 : sum * 2 ** (-(now - this.times[item]!) / this.halfLife);
  }
}
