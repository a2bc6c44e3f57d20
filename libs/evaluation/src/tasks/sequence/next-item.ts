import { mean } from '#ranking';
import type { ReaderSequence } from '../../data/sequences.js';

/** How far down a list is looked at. */
export const DEPTH = 20;

/** Scores every item for a reader who has done the first `known` of their choices. Writes float64 [items]. */
export type NextItemScorer = (sequence: ReaderSequence, known: number, scores: Float64Array) => void;

/** What one reader's judged choices came to, each predicted from all before it. */
export interface ReaderFigures {
  readonly reader: string;
  /** Choices in the history when judging began. */
  readonly history: number;
  readonly ndcg: number;
  readonly recall: number;
  readonly reciprocalRank: number;
}

/**
 * Ranks all items that the reader has not chosen yet for each judged choice, and looks where that choice stands. Equal scores count against us: an item stands behind all of its score.
 * @param prepare makes the scorer of one reader, so that states are computed once.
 */
export const judgeSequences = async (
  sequences: readonly ReaderSequence[],
  items: number,
  prepare: (sequence: ReaderSequence) => Promise<NextItemScorer>,
): Promise<ReaderFigures[]> => {
  const scores = new Float64Array(items);
  const figures: ReaderFigures[] = [];
  for (const sequence of sequences) {
    const scorer = await prepare(sequence);
    const first = sequence.items.length - sequence.judged;
    const chosen = new Uint8Array(items);
    for (const item of sequence.items.subarray(0, first)) chosen[item] = 1;
    const ranks: number[] = [];
    for (let known = first; known < sequence.items.length; known += 1) {
      scorer(sequence, known, scores);
      ranks.push(rankOf(scores, chosen, sequence.items[known]!));
      chosen[sequence.items[known]!] = 1;
    }
    figures.push({
      reader: sequence.reader,
      history: first,
      ndcg: mean(ranks.map((rank) => (rank <= DEPTH ? 1 / Math.log2(rank + 1) : 0))),
      recall: mean(ranks.map((rank) => (rank <= DEPTH ? 1 : 0))),
      reciprocalRank: mean(ranks.map((rank) => 1 / rank)),
    });
  }
  return figures;
};

const rankOf = (scores: Float64Array, chosen: Uint8Array, wanted: number): number => {
  const score = scores[wanted]!;
  let rank = 1;
  for (let item = 0; item < scores.length; item += 1) if (chosen[item] === 0 && item !== wanted && scores[item]! >= score) rank += 1;
  return rank;
};
