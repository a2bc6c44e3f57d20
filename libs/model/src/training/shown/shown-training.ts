import { mean, personalFeatureNames, personalFeatures } from '#ranking';
import { listwiseSettings, trainListwiseRanker, type TrainedRanker } from '../listwise-ranker.js';
import { priorWeights } from '../personal-prior.js';
import { listAuc, listNdcg, listReciprocalRank } from '../ranking-figures.js';
import type { RunMeter } from '../run-meter.js';
import type { TrainedRows } from '../trending-training.js';
import type { ShownList } from './shown-lists.js';

export const shownSettings = {
  ...listwiseSettings,
  /** As for the shipped model: nets whose mean is one of 64-32-1, steadier than one net of that size on so few lists. */
  members: 4,
  hidden1: 16,
  hidden2: 8,
  learningRate: 0.001,
  decay: 0.05,
  batch: 8,
  patience: 6,
  depth: 10,
  /** In order of time: the last lists judge, those before them say when to stop. */
  testShare: 0.2,
  timedValidationShare: 0.1,
} as const;
export type ShownSettings = { readonly [K in keyof typeof shownSettings]: number };

/** Fewer lists tell chance from taste no more. */
export const LEAST_LISTS = 100;

/** Scores of a model that is there already, to be judged beside. `rows` is float32 [count, features]. */
export type ScoreRows = (rows: Float32Array, count: number) => Promise<ArrayLike<number>>;

/**
 * Trains the personal model on pages that readers were shown and what they took of them. The last part of the time judges, the part before it says when to
 * stop; what is written is then fitted on all lists for as many passes. Columns that never vary keep the weights of `personal-prior`.
 *
 * Pages hold what the former model thought best: of them alone nothing is learned of what has to stay out, so rows of candidates that were not shown belong to them (`--unshown`).
 *
 * @param before the model that is in force, whose figures stand beside in the metrics
 * @throws RangeError there are fewer than `LEAST_LISTS` lists.
 */
export const trainShown = async (
  lists: readonly ShownList[],
  before: ScoreRows,
  settings: ShownSettings,
  seed: number,
  meter: RunMeter,
): Promise<TrainedRows> => {
  if (lists.length < LEAST_LISTS)
    throw new RangeError(
      `${lists.length} for-you pages of the personal model on which something was done: training needs ${LEAST_LISTS}; export a longer range`,
    );
  const test = lists.slice(Math.floor(lists.length * (1 - settings.testShare)));
  const stop = lists.slice(Math.floor(lists.length * (1 - settings.testShare - settings.timedValidationShare)), -test.length);
  const judged = fitted(lists.slice(0, -(test.length + stop.length)), stop, settings, seed, meter);
  const metrics = {
    lists: lists.length,
    testLists: test.length,
    epochs: judged.epochs,
    ...figuresOf('Model', await scoredBy(test, (rows, count) => Promise.resolve(judged.score(rows, count)))),
    ...figuresOf('Before', await scoredBy(test, before)),
    ...figuresOf(
      'Shown',
      test.map(({ count, gains }) => ({ scores: Array.from({ length: count }, (_, place) => -place), gains })),
    ),
  };
  const written = fitted(lists, [], { ...settings, epochs: Math.max(1, judged.epochs) }, seed, meter);
  meter.say(`never varies: ${personalFeatureNames.filter((_, f) => !written.varies[f]).join(', ') || 'none'}`);
  return { graph: written.graph, rows: written.rows, metrics, examples: examplesOf(test) };
};

const fitted = (
  lists: readonly ShownList[],
  validation: readonly ShownList[],
  settings: ShownSettings,
  seed: number,
  meter: RunMeter,
): TrainedRanker =>
  trainListwiseRanker(lists, settings, seed, meter, {
    validation,
    ranges: personalFeatures.map(({ range }) => range),
    prior: Float64Array.from(personalFeatureNames, (name) => priorWeights[name] ?? 0),
  });

interface Judged {
  readonly scores: ArrayLike<number>;
  readonly gains: ArrayLike<number>;
}

const scoredBy = async (lists: readonly ShownList[], score: ScoreRows): Promise<Judged[]> => {
  const judged: Judged[] = [];
  for (const { rows, count, gains } of lists) judged.push({ scores: await score(rows, count), gains });
  return judged;
};

const figuresOf = (way: string, judged: readonly Judged[]): Record<string, number> => ({
  [`ndcg10${way}`]: mean(judged.map((list) => listNdcg(list, 10))),
  [`mrr${way}`]: mean(judged.map(listReciprocalRank)),
  [`auc${way}`]: mean(judged.map(listAuc)),
});

/** Rows of papers that were taken, for golden vectors. */
const examplesOf = (lists: readonly ShownList[]): Float32Array[] => {
  const width = personalFeatureNames.length;
  return lists.slice(0, 4).map(({ rows, gains }) => {
    const taken = gains.findIndex((gain) => gain > 0);
    return rows.slice(taken * width, (taken + 1) * width);
  });
};
