/** A point of a Lorenz curve: the least shown `papers` (share of all) have `slots` (share of all). */
export interface LorenzPoint {
  readonly papers: number;
  readonly slots: number;
}

/** The curve at `steps + 1` equally spaced shares, from (0, 0) to (1, 1); empty when nothing was shown. @param counts how often each item was shown, zeros included. */
export const lorenzCurve = (counts: ArrayLike<number>, steps = 20): LorenzPoint[] => {
  const sorted = Float64Array.from(counts).sort();
  const total = sorted.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const upTo = new Float64Array(sorted.length + 1);
  sorted.forEach((count, at) => (upTo[at + 1] = upTo[at]! + count));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = (step / steps) * sorted.length;
    const whole = Math.floor(at);
    const part = whole < sorted.length ? (at - whole) * sorted[whole]! : 0;
    return { papers: step / steps, slots: (upTo[whole]! + part) / total };
  });
};

/** Gini coefficient: 0 when every item was shown as often, near 1 when one has everything; 0 when nothing was shown. */
export const gini = (counts: ArrayLike<number>): number => {
  const sorted = Float64Array.from(counts).sort();
  const total = sorted.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  const weighted = sorted.reduce((sum, count, at) => sum + (2 * (at + 1) - sorted.length - 1) * count, 0);
  return weighted / (sorted.length * total);
};
