import { kendallTau, mean, overlapAt, rankBiasedOverlap } from '#ranking';
import type { ReplayedSlot } from '../files/run-files.js';
import type { LikenessMeasure } from './comparison-result.js';

/** Weight of each place in RBO, of the place above: the first ten hold 86 % of it. */
export const RBO_PERSISTENCE = 0.9;

/** How alike two slates of one request are; null where nothing can be said. */
export type SlateLikeness = Readonly<Record<LikenessMeasure, number | null>>;

/** @param k places that `overlap` looks at. */
export const likenessOf = (first: readonly ReplayedSlot[], second: readonly ReplayedSlot[], k: number): SlateLikeness => {
  const [before, after] = [first.map(({ paperId }) => paperId), second.map(({ paperId }) => paperId)];
  const placeAfter = new Map(after.map((paper, place) => [paper, place]));
  const common = before.flatMap((paper, from) => {
    const to = placeAfter.get(paper);
    return to === undefined ? [] : [{ places: Math.abs(to - from), scores: Math.abs(second[to]!.score - first[from]!.score) }];
  });
  return {
    overlap: overlapAt(before, after, k),
    rbo: rankBiasedOverlap(before, after, RBO_PERSISTENCE),
    tau: kendallTau(before, after),
    rankChange: common.length === 0 ? null : mean(common.map(({ places }) => places)),
    scoreChange: common.length === 0 ? null : mean(common.map(({ scores }) => scores)),
    same: before.length === after.length && before.every((paper, place) => paper === after[place]) ? 1 : 0,
  };
};
