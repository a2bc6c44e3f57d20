import { ndcg, reciprocalRank } from '#ranking';

/** One list that a model ordered: a score a row, and what each row turned out to be worth (0 = nothing). */
export interface ScoredList {
  readonly scores: ArrayLike<number>;
  readonly gains: ArrayLike<number>;
}

/** Rows by score, best first; equal scores keep the order they came in. */
const order = ({ scores }: ScoredList): string[] =>
  Array.from(scores, (_, row) => row)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .map(String);

const worth = ({ gains }: ScoredList): Map<string, number> =>
  new Map(Array.from(gains, (gain, row) => [String(row), gain] as const).filter(([, gain]) => gain > 0));

/** NDCG at `k` with linear gains. */
export const listNdcg = (list: ScoredList, k: number): number => ndcg(order(list), worth(list), k);

/** 1 / place of the first row that is worth anything. */
export const listReciprocalRank = (list: ScoredList): number => reciprocalRank(order(list), new Set(worth(list).keys()));

/** Probability that a row that is worth something is scored above one that is not; ties count half. */
export const listAuc = ({ scores, gains }: ScoredList): number => {
  const rows = Array.from(scores, (_, row) => row);
  const others = rows.filter((row) => !((gains[row] ?? 0) > 0));
  const wins = rows
    .filter((row) => (gains[row] ?? 0) > 0)
    .flatMap((good) => others.map((other) => (Math.sign((scores[good] ?? 0) - (scores[other] ?? 0)) + 1) / 2));
  return wins.length === 0 ? 0.5 : wins.reduce((sum, win) => sum + win, 0) / wins.length;
};
