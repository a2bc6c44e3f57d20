/** Places of papers in a ranking by scores. Numbers of papers index all arrays. */
export interface Placed {
  /** Place of the wanted paper, from 1; Infinity when it is not among those ranked. */
  readonly place: number;
  /** The first `depth` papers. */
  readonly top: readonly number[];
}

/**
 * Ranks the allowed papers by score, equal scores by `then` and after that by number, which is the order they became known in.
 * @param allowed [papers], 1 = may be ranked.
 */
export const placeByScores = (
  scores: Float64Array,
  then: readonly number[],
  allowed: Uint8Array,
  wanted: number,
  depth: number,
): Placed => {
  const isBefore = (a: number, b: number): boolean =>
    scores[a] !== scores[b] ? scores[a]! > scores[b]! : then[a] !== then[b] ? then[a]! > then[b]! : a < b;
  let place = 1;
  const top: number[] = [];
  for (let paper = 0; paper < scores.length; paper++) {
    if (allowed[paper] !== 1) continue;
    if (paper !== wanted && isBefore(paper, wanted)) place++;
    if (top.length === depth && !isBefore(paper, top[depth - 1]!)) continue;
    let at = top.length;
    while (at > 0 && isBefore(paper, top[at - 1]!)) at--;
    top.splice(at, 0, paper);
    if (top.length > depth) top.pop();
  }
  return { place: allowed[wanted] === 1 ? place : Infinity, top };
};

/** A ranking that is already in order, of some of the papers. */
export const placeInOrder = (ranked: readonly number[], wanted: number, depth: number): Placed => {
  const at = ranked.indexOf(wanted);
  return { place: at < 0 ? Infinity : at + 1, top: ranked.slice(0, depth) };
};

/** NDCG@depth with one wanted paper. */
export const gainAt = (place: number, depth: number): number => (place <= depth ? 1 / Math.log2(place + 1) : 0);
