import { TopPlaces } from '../../state/top-places.js';

/**
 * The `k` accepted items of greatest score, best first; equal scores by number. An item of which a scorer says nothing (0, or not finite) is not recommended.
 * @param scores float64 [items]. @param accepted [items], 1 = may be recommended.
 */
export const topItems = (scores: Float64Array, accepted: Uint8Array, k: number): Int32Array => {
  const best = new TopPlaces(k, (a, b) => a < b);
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!;
    if (accepted[item] === 1 && score >= best.threshold && score !== 0 && Number.isFinite(score)) best.offer(item, score);
  }
  return Int32Array.from(best.sorted(), ({ place }) => place);
};
