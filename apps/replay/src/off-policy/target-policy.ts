import type { SideSlate } from '../evaluation/judged-request.js';

/** Chances of the slots above a place that were left to chance, from the top. */
const drawsAbove = ({ slots }: SideSlate, place: number): number[] =>
  slots.slice(0, place).flatMap(({ propensity }) => (propensity < 1 ? [propensity] : []));

/**
 * Probability that a side puts a paper in a place, given what it lists above: where it leaves the place to chance every paper of the pool is as likely as the one it drew, and pools are the same on both
 * sides but for papers that were placed above; else it is sure of one paper.
 */
export const targetProbability = (slate: SideSlate, place: number, paper: number): number => {
  const slot = slate.slots[place];
  if (slot === undefined) return 0;
  if (slot.propensity === 1) return slate.papers[place] === paper ? 1 : 0;
  return slate.papers.slice(0, place).includes(paper) ? 0 : slot.propensity;
};

/**
 * Whether what a side lists in a place is free of the draw that filled the served slot there. Both draw from one stream of random numbers, one a slot: a side that has drawn more often above has used the
 * very number that filled the served slot, and what it lists hangs on the draw that is to be weighed.
 */
export const isWeighable = (served: SideSlate, slate: SideSlate, place: number): boolean =>
  drawsAbove(slate, place).length <= drawsAbove(served, place).length;

/**
 * Probability that the served policy left to chance puts a paper of its pool in a place, given the draws that the side shares. The logged chance supposes that the paper was not drawn before; draws above
 * that the side did not make (it shares the first of them, as many as it made) could each have taken it.
 */
export const servedProbability = (served: SideSlate, slate: SideSlate, place: number): number => {
  const shared = drawsAbove(slate, place).length;
  const notTaken = drawsAbove(served, place)
    .slice(shared)
    .reduce((product, chance) => product * (1 - chance), 1);
  return served.slots[place]!.propensity * notTaken;
};
