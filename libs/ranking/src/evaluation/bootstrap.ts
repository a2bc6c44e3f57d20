import { ClusterSums } from './cluster-sums.js';
import { tails, type Interval } from './interval.js';
import { mean } from './measures.js';
import { drawBelow, seededRandom } from './random.js';

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
  options: { level?: number; resamples?: number; seed: number },
): Interval => {
  if (values.length !== groups.length) throw new RangeError(`values and groups differ in number: ${values.length} and ${groups.length}`);
  if (values.length === 0) return { mean: 0, low: 0, high: 0 };
  const places = new Map<string, number>();
  const sums = new ClusterSums(2);
  values.forEach((value, at) => {
    const group = places.get(groups[at]!) ?? places.size;
    places.set(groups[at]!, group);
    sums.add(group, 0, value);
    sums.add(group, 1, 1);
  });
  return { ...sums.intervals([{ of: 0, over: 1 }], options)[0]!, mean: mean(values) };
};
