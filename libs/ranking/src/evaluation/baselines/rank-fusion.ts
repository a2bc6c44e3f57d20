import { TopPlaces } from '../../state/top-places.js';

/** Fixed ways to make one list of several scorers' opinions, without learning. */
export type Fusion =
  | { readonly kind: 'reciprocal-ranks'; /** Dampens the first places; 60 in the source. */ readonly constant: number }
  | { readonly kind: 'z-scores'; /** One weight a scorer. */ readonly weights: readonly number[] };

/** Ranks beyond this add nothing that could reach the top of a list, and would cost a full sort a scorer. */
const RANKED = 1000;

/**
 * Fuses scores [items] of several scorers into `fused` [items]; only `accepted` items count, the others become -Infinity.
 * Reciprocal ranks: Cormack et al., SIGIR 2009. z-scores: each scorer's scores standardised over the accepted items, then a weighted sum.
 */
export const fuse = (scores: readonly Float64Array[], fusion: Fusion, accepted: Uint8Array, fused: Float64Array): void => {
  fused.forEach((_, item) => (fused[item] = accepted[item] === 1 ? 0 : -Infinity));
  for (const [scorer, own] of scores.entries()) {
    if (fusion.kind === 'reciprocal-ranks') addReciprocalRanks(own, fusion.constant, accepted, fused);
    else addStandardised(own, fusion.weights[scorer] ?? 1, accepted, fused);
  }
};

const addReciprocalRanks = (scores: Float64Array, constant: number, accepted: Uint8Array, fused: Float64Array): void => {
  const best = new TopPlaces(RANKED, (a, b) => a < b);
  for (let item = 0; item < scores.length; item++) if (accepted[item] === 1 && scores[item] !== 0) best.offer(item, scores[item]!);
  best.sorted().forEach(({ place }, rank) => (fused[place]! += 1 / (constant + rank + 1)));
};

const addStandardised = (scores: Float64Array, weight: number, accepted: Uint8Array, fused: Float64Array): void => {
  let [count, sum, squares] = [0, 0, 0];
  for (let item = 0; item < scores.length; item++) {
    if (accepted[item] !== 1) continue;
    count++;
    sum += scores[item]!;
    squares += scores[item]! ** 2;
  }
  const mean = sum / Math.max(1, count);
  const deviation = Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean ** 2));
  if (!(deviation > 1e-12)) return;
  for (let item = 0; item < scores.length; item++) if (accepted[item] === 1) fused[item]! += (weight * (scores[item]! - mean)) / deviation;
};
