/** Two-sided 95 % point of the normal distribution. */
const Z = 1.959964;

/** A rate with its Wilson score interval (95 %), which stays within [0, 1] and is honest for few trials. Source: Wilson, JASA 1927. All 0 to 1 without a trial. */
export const wilson = (hits: number, trials: number): { readonly rate: number; readonly low: number; readonly high: number } => {
  if (trials === 0) return { rate: 0, low: 0, high: 1 };
  // Counts come from different events, so that a place can have more engagements than impressions that were reported.
  const rate = Math.min(1, hits / trials);
  const middle = (rate + Z ** 2 / (2 * trials)) / (1 + Z ** 2 / trials);
  const half = (Z * Math.sqrt((rate * (1 - rate)) / trials + Z ** 2 / (4 * trials ** 2))) / (1 + Z ** 2 / trials);
  return { rate, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
};
