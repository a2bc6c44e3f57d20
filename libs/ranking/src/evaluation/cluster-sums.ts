import { tails, type Interval } from './interval.js';
import { drawBelow, seededRandom } from './random.js';

/** A mean as a ratio of column sums: `(sum of - sum less) / sum over`. With `less` it is a paired difference: both columns were summed over the same cases. */
export interface Ratio {
  readonly of: number;
  readonly less?: number;
  readonly over: number;
}

/**
 * Sums by group of cases (a reader's requests), in as many columns as there are figures: all that a bootstrap over whole groups needs, in memory that grows with groups and not with cases. Every figure
 * is judged on the same resamples, so that what is compared is compared like with like. Source: Field and Welsh, "Bootstrapping clustered data", JRSS B 2007.
 */
export class ClusterSums {
  private readonly rowOf = new Map<number, number>();
  /** [groups, width], row-major; the tail is spare. */
  private sums: Float64Array;

  constructor(private readonly width: number) {
    this.sums = new Float64Array(8 * width);
  }

  /** Groups that something was added to. */
  get groups(): number {
    return this.rowOf.size;
  }

  add(group: number, column: number, value: number): void {
    const start = this.startOf(group); // first: it may replace the array
    this.sums[start + column]! += value;
  }

  /** Adds everything of another of the same width. */
  merge(other: ClusterSums): void {
    if (other.width !== this.width) throw new RangeError(`sums of ${other.width} and ${this.width} columns can not be merged`);
    for (const [group, row] of other.rowOf)
      for (let column = 0; column < this.width; column++) this.add(group, column, other.sums[row * this.width + column]!);
  }

  /** Groups with more than 0 in a column. */
  groupsWith(column: number): number {
    let count = 0;
    for (const row of this.rowOf.values()) if (this.sums[row * this.width + column]! > 0) count++;
    return count;
  }

  total(column: number): number {
    let sum = 0;
    for (const row of this.rowOf.values()) sum += this.sums[row * this.width + column]!;
    return sum;
  }

  /** The mean of each ratio with its percentile interval, in the order given; NaN where nothing was counted. A resample that counted nothing of a ratio leaves that ratio out. */
  intervals(
    ratios: readonly Ratio[],
    options: { readonly level?: number; readonly resamples?: number; readonly seed: number },
  ): Interval[] {
    const { level = 0.95 } = options;
    const whole = Float64Array.from({ length: this.width }, (_, column) => this.total(column));
    const drawn = this.resampled(ratios, options);
    return ratios.map((ratio, at) => ({ mean: valueOf(ratio, whole), ...tailsOf(drawn[at]!, level) }));
  }

  private resampled(ratios: readonly Ratio[], { resamples = 2000, seed }: { resamples?: number; seed: number }): Float64Array[] {
    const random = seededRandom(seed);
    const { width, sums, groups } = this;
    const values = ratios.map(() => new Float64Array(resamples));
    const total = new Float64Array(width);
    for (let sample = 0; sample < resamples; sample++) {
      total.fill(0);
      for (let n = 0; n < groups; n++) {
        const start = drawBelow(random, groups) * width;
        for (let column = 0; column < width; column++) total[column]! += sums[start + column]!;
      }
      for (let at = 0; at < ratios.length; at++) values[at]![sample] = valueOf(ratios[at]!, total);
    }
    return values;
  }

  private startOf(group: number): number {
    let row = this.rowOf.get(group);
    if (row === undefined) {
      row = this.rowOf.size;
      this.rowOf.set(group, row);
      if ((row + 1) * this.width > this.sums.length) this.grow();
    }
    return row * this.width;
  }

  private grow(): void {
    const wider = new Float64Array(2 * this.sums.length);
    wider.set(this.sums);
    this.sums = wider;
  }
}

const valueOf = ({ of, less, over }: Ratio, total: Float64Array): number =>
  total[over] === 0 ? NaN : (total[of]! - (less === undefined ? 0 : total[less]!)) / total[over]!;

const tailsOf = (values: Float64Array, level: number): { readonly low: number; readonly high: number } => {
  const counted = values.filter((value) => !Number.isNaN(value)).sort();
  return counted.length === 0 ? { low: NaN, high: NaN } : tails(counted, level);
};
