import { listwiseSettings, openRunScorer, trainListwiseRanker } from '#model';
import type { PersonalList, RunMeter } from '#model';
import { personalFeatures } from '#ranking';
import { chaptersOf } from './chapters.js';

/** Small nets, averaged: there are few lists. Chosen on lists of readers with a short history, which are not judged. */
const settings = { ...listwiseSettings, members: 4, hidden1: 16, hidden2: 8, decay: 0.05, batch: 8, validationShare: 0.15, depth: 10 };

/** Lists that a first ranker learns from, and by how much they grow until the next one is trained. */
const FIRST_LISTS = 60;
const GROWTH = 1.5;

export interface LearnedScores {
  /** Scores of each list's rows; null for lists from before the first ranker. */
  readonly scores: readonly (Float32Array | null)[];
  /** Rankers trained. */
  readonly rankers: number;
}

/**
 * Scores every list by a ranker that has seen only lists of earlier days, through its ONNX session: rolling origin.
 * @param lists in order of their days. @param root folder for the rankers of this run.
 */
export const learnedScores = async (
  lists: readonly PersonalList[],
  { root, data, seed, meter }: { readonly root: string; readonly data: string; readonly seed: number; readonly meter: RunMeter },
): Promise<LearnedScores> => {
  const [, ...learned] = chaptersOf(
    lists.map(({ day }) => day),
    FIRST_LISTS,
    GROWTH,
  );
  const scores: (Float32Array | null)[] = lists.map(() => null);
  for (const { from, to } of learned) {
    const columns = { ranges: personalFeatures.map(({ range }) => range) };
    const ranker = trainListwiseRanker(lists.slice(0, from), settings, seed, meter, columns);
    const scorer = await openRunScorer('personal', ranker.graph, { root, data, seed });
    try {
      for (let place = from; place < to; place += 1) scores[place] = await scorer.score(lists[place]!.rows, lists[place]!.count);
    } finally {
      await scorer.close();
    }
  }
  return { scores, rankers: learned.length };
};
