/** Figures of one ranking against what turned out to matter. `order` is a list of indexes, best first. */

/** 1 / (place of the first index in `wanted`), 0 when there is none. */
export const reciprocalRank = (order: readonly number[], wanted: ReadonlySet<number>): number => {
  const place = order.findIndex((index) => wanted.has(index));
  return place < 0 ? 0 : 1 / (place + 1);
};

/** Normalised discounted cumulative gain at `k` with linear gains; null when no gain is above 0, since every order is then as good. */
export const ndcg = (order: readonly number[], gains: ArrayLike<number>, k: number): number | null => {
  const dcg = (values: readonly number[]): number =>
    values.slice(0, k).reduce((sum, gain, place) => sum + Math.max(0, gain) / Math.log2(place + 2), 0);
  const ideal = dcg(Array.from(gains).sort((a, b) => b - a));
  return ideal > 0 ? dcg(order.map((index) => gains[index] ?? 0)) / ideal : null;
};

/** Probability that a wanted index is scored above another one; ties count half. */
export const areaUnderCurve = (scores: ArrayLike<number>, wanted: ReadonlySet<number>): number => {
  let above = 0;
  let pairs = 0;
  for (const good of wanted) {
    for (let other = 0; other < scores.length; other += 1) {
      if (wanted.has(other)) continue;
      const difference = (scores[good] ?? 0) - (scores[other] ?? 0);
      above += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
      pairs += 1;
    }
  }
  return pairs === 0 ? 0.5 : above / pairs;
};

/** Indexes by score, best first; equal scores keep the order they came in. */
export const orderByScore = (scores: ArrayLike<number>): number[] =>
  Array.from(scores, (_, index) => index).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
