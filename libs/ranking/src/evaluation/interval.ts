export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The values that leave half of what is outside of `level` below and above. @param sorted ascending. */
export const tails = (sorted: Float64Array, level: number): { readonly low: number; readonly high: number } => {
  const tail = (1 - level) / 2;
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))]!;
  return { low: at(tail), high: at(1 - tail) };
};

/**
 * Interval of a share, `successes` of `trials`; [0, 1] without a trial. Unlike the usual normal one it stays within [0, 1] and is sound for few trials and rare successes.
 * Source: Wilson, JASA 1927. @param z 1.96 for 95 %.
 */
export const wilsonInterval = (successes: number, trials: number, z = 1.959964): Interval => {
  if (trials <= 0) return { mean: 0, low: 0, high: 1 };
  const share = successes / trials;
  const shrink = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / shrink;
  const reach = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return { mean: share, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
};

/**
 * Interval of `first - second` from the intervals of two figures that were told from different cases (two halves of the readers, two weeks), without looking at the cases again.
 * Source: method of variance estimates recovery, Zou and Donner, Statistics in Medicine 2008.
 */
export const independentDifference = (first: Interval, second: Interval): Interval => {
  const mean = first.mean - second.mean;
  return {
    mean,
    low: mean - Math.hypot(first.mean - first.low, second.high - second.mean),
    high: mean + Math.hypot(first.high - first.mean, second.mean - second.low),
  };
};
