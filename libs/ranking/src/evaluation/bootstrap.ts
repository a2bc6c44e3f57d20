import { mean } from './measures.js';
import { drawBelow, seededRandom } from './random.js';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap interval of a mean: resamples the cases (readers, days) with replacement. Source: Efron, 1979.
 * For two systems on the same cases pass the differences case by case: the interval is then of the paired difference, and one is better where it stays on one side of 0.
 *
 * @param values one value a case. @param level e.g. 0.95. @param resamples 1,000 or more. @param seed the same seed gives the same interval.
 */
export const bootstrapInterval = (
  values: readonly number[],
  { level = 0.95, resamples = 2000, seed }: { level?: number; resamples?: number; seed: number },
): Interval => {
  if (values.length === 0) return { mean: 0, low: 0, high: 0 };
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[drawBelow(random, values.length)]!;
    return sum / values.length;
  }).sort();
  return { mean: mean(values), ...tails(means, level) };
};

/** The values that leave half of what is outside of `level` below and above. @param sorted ascending. */
const tails = (sorted: Float64Array, level: number): { readonly low: number; readonly high: number } => {
  const tail = (1 - level) / 2;
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))]!;
  return { low: at(tail), high: at(1 - tail) };
};

/** Interval of `better - worse`, case by case. @throws RangeError when the lists are not of the same cases. */
export const pairedDifference = (
  better: readonly number[],
  worse: readonly number[],
  options: { level?: number; resamples?: number; seed: number },
): Interval => {
  if (better.length !== worse.length) throw new RangeError(`paired cases differ in number: ${better.length} and ${worse.length}`);
  return bootstrapInterval(
    better.map((value, i) => value - worse[i]!),
    options,
  );
};

/**
 * Interval of the mean over cases that come in groups (all choices of a reader): resamples whole groups, since the cases of one group resemble each other and an interval that took them for
 * independent would be too narrow. Source: Field and Welsh, "Bootstrapping clustered data", JRSS B 2007.
 * @param groups name of each value's group.
 */
export const clusteredInterval = (
  values: readonly number[],
  groups: readonly string[],
  { level = 0.95, resamples = 2000, seed }: { level?: number; resamples?: number; seed: number },
): Interval => {
  if (values.length !== groups.length) throw new RangeError(`values and groups differ in number: ${values.length} and ${groups.length}`);
  if (values.length === 0) return { mean: 0, low: 0, high: 0 };
  const sums = new Map<string, { sum: number; count: number }>();
  values.forEach((value, at) => {
    const group = sums.get(groups[at]!) ?? { sum: 0, count: 0 };
    sums.set(groups[at]!, { sum: group.sum + value, count: group.count + 1 });
  });
  const clusters = [...sums.values()];
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < clusters.length; i++) {
      const drawn = clusters[drawBelow(random, clusters.length)]!;
      sum += drawn.sum;
      count += drawn.count;
    }
    return sum / count;
  }).sort();
  return { mean: mean(values), ...tails(means, level) };
};
