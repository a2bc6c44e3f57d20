/** What fell in one place of a sketch. */
export interface SketchBin {
  readonly count: number;
  /** Mean score of them. */
  readonly score: number;
  /** How many of them came true. */
  readonly happened: number;
}

/** Buckets per doubling: places are within 0.3 % of each other, and numbers from 1e-9 to 1e9 need at most 30,700 of them; scores of one model take a few hundred. */
const PER_DOUBLING = 256;
const LEAST = 1e-9;

/**
 * A histogram of scores whose range is not known beforehand, in bounded memory: buckets of equal ratio on both sides of zero, each with its count, exact mean and how often what was scored came true.
 * Can be merged. Source: the log-linear buckets of Masson, Rim and Lee, "DDSketch", VLDB 2019.
 */
export class ScoreSketch {
  private readonly bins = new Map<number, { count: number; sum: number; happened: number }>();
  private total = 0;

  add(score: number, happened = false): void {
    this.put(keyOf(score), 1, score, happened ? 1 : 0);
  }

  merge(other: ScoreSketch): void {
    for (const [key, { count, sum, happened }] of other.bins) this.put(key, count, sum, happened);
  }

  get count(): number {
    return this.total;
  }

  /** Occupied places, by ascending score. */
  sorted(): SketchBin[] {
    return [...this.bins].sort(([a], [b]) => a - b).map(([, { count, sum, happened }]) => ({ count, score: sum / count, happened }));
  }

  private put(key: number, count: number, sum: number, happened: number): void {
    const bin = this.bins.get(key);
    if (bin === undefined) this.bins.set(key, { count, sum, happened });
    else {
      bin.count += count;
      bin.sum += sum;
      bin.happened += happened;
    }
    this.total += count;
  }
}

const keyOf = (score: number): number => {
  const size = Math.abs(score);
  if (size < LEAST) return 0;
  const place = 1 + Math.floor(Math.log2(size / LEAST) * PER_DOUBLING);
  return score < 0 ? -place : place;
};

/** The score that a share of all counted scores is at or below. @param bins ascending, not empty. */
export const quantileOf = (bins: readonly SketchBin[], share: number): number => {
  const wanted = share * bins.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  for (const { count, score } of bins) {
    below += count;
    if (below >= wanted) return score;
  }
  return bins.at(-1)!.score;
};

/** How many scores fall in each of the ranges that ascending borders make: up to and with the first, and so on, then above the last. */
export const countsBetween = (bins: readonly SketchBin[], borders: readonly number[]): number[] => {
  const counts = new Array<number>(borders.length + 1).fill(0);
  let range = 0;
  for (const { count, score } of bins) {
    while (range < borders.length && score > borders[range]!) range++;
    counts[range]! += count;
  }
  return counts;
};

/**
 * Population stability index of two histograms over the same bins: `sum (q - p) ln(q / p)` of their shares, half a case added to each bin so that empty ones stay finite. 0 = the same; by rule of thumb
 * below 0.1 steady, above 0.25 shifted. It is the sum of both Kullback-Leibler divergences (Jeffreys, 1946); null where either is empty.
 */
export const populationStability = (expected: readonly number[], actual: readonly number[]): number | null => {
  if (expected.length !== actual.length) throw new RangeError(`histograms differ in bins: ${expected.length} and ${actual.length}`);
  const [p, q] = [sharesOf(expected), sharesOf(actual)];
  if (p === null || q === null) return null;
  return p.reduce((sum, share, bin) => sum + (q[bin]! - share) * Math.log(q[bin]! / share), 0);
};

const sharesOf = (counts: readonly number[]): number[] | null => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : counts.map((count) => (count + 0.5) / (total + 0.5 * counts.length));
};
