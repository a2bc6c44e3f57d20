import { periods } from '#contracts';
import { personalFeatureNames, personalFeatures, trendingFeatureNames } from '#ranking';
import type { RowScorer } from '#ranking';
import { trainListwiseRanker } from '../listwise-ranker.js';
import { personalSettings } from '../personal-training.js';
import { priorWeights } from '../personal-prior.js';
import type { RunMeter } from '../run-meter.js';
import { learnTrending } from '../trending-learner.js';
import type { TrendingSample } from '../trending-learner.js';
import { trendingSettings } from '../trending-training.js';
import type { RetrainableModel, ShownList } from './shown-list.js';

/** What a site's own readers can teach, and what the model that serves keeps. */
export const shownSettings = {
  personal: {
    members: personalSettings.members,
    hidden1: personalSettings.hidden1,
    hidden2: personalSettings.hidden2,
    epochs: personalSettings.epochs,
    patience: personalSettings.patience,
    learningRate: personalSettings.learningRate,
    finalRateShare: personalSettings.finalRateShare,
    decay: personalSettings.decay,
    batch: 16,
    rowsPerList: 0,
    validationShare: 0,
    depth: 10,
    /** Of what the scores of a list are drawn to, the share of the live model's own: papers that nobody chose keep their order, and few choices do not overturn it. */
    liveShare: 0.5,
  },
  trending: { ...trendingSettings },
} as const;

export interface Learned {
  readonly graph: Uint8Array;
  /** Rows that were learned from. */
  readonly rows: number;
  readonly epochs: number;
}

export interface Lessons {
  readonly train: readonly ShownList[];
  /** Later lists, which say when to stop. */
  readonly stop: readonly ShownList[];
}

/**
 * Learns a model from answers that readers saw. Both kinds start from what the live one says: `personal` is drawn to a mixture of its scores and the choices; `trending`
 * takes the votes that it expects as the level of each row (so that scores stay logarithms of votes, also of papers that never met in one answer) and the choices as the order.
 * The same lists, live model and seed give the same bytes.
 */
export const learnFromShown = async (
  kind: RetrainableModel,
  lessons: Lessons,
  live: RowScorer,
  seed: number,
  meter: RunMeter,
): Promise<Learned> =>
  kind === 'personal' ? learnPersonalOrder(lessons, live, seed, meter) : learnTrendingOrder(lessons, live, seed, meter);

const learnPersonalOrder = async ({ train, stop }: Lessons, live: RowScorer, seed: number, meter: RunMeter): Promise<Learned> => {
  const settings = shownSettings.personal;
  const drawn: ShownList[] = [];
  for (const list of train) drawn.push({ ...list, targets: mixed(list, await live.score(list.rows, list.count), settings.liveShare) });
  const { graph, rows, epochs } = trainListwiseRanker(drawn, settings, seed, meter, {
    validation: stop,
    ranges: personalFeatures.map(({ range }) => range),
    prior: Float64Array.from(personalFeatureNames, (name) => priorWeights[name] ?? 0),
  });
  return { graph, rows, epochs };
};

/** Shares of a list's rows: by what was chosen, and by the softmax of the live scores. They sum to 1. */
const mixed = ({ gains }: ShownList, scores: Float32Array, liveShare: number): Float32Array => {
  const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = Float64Array.from(scores, (score) => Math.exp(score - highest));
  const [weight, gain] = [weights.reduce((a, b) => a + b, 0), gains.reduce((a, b) => a + b, 0)];
  return Float32Array.from(gains, (each, row) => ((1 - liveShare) * each) / gain + (liveShare * weights[row]!) / weight);
};

const learnTrendingOrder = async ({ train, stop }: Lessons, live: RowScorer, seed: number, meter: RunMeter): Promise<Learned> => {
  const sample = await trendingSampleOf(train, live);
  const learned = learnTrending(sample, await trendingSampleOf(stop, live), shownSettings.trending, seed, meter);
  return { graph: learned.graph, rows: train.reduce((sum, { count }) => sum + count, 0), epochs: learned.epochs };
};

/** Scores are logarithms of votes: no site has e^12 of them in a day. */
const MAX_SCORE = 12;

const trendingSampleOf = async (lists: readonly ShownList[], live: RowScorer): Promise<TrendingSample> => {
  const width = trendingFeatureNames.length;
  const total = lists.reduce((sum, { count }) => sum + count, 0);
  const rows = new Float32Array(total * width);
  const gains = new Float32Array(total * periods.length);
  const places: Int32Array[] = [];
  let at = 0;
  for (const list of lists) {
    rows.set(list.rows, at * width);
    gains.set(
      (await live.score(list.rows, list.count)).map((score) => Math.exp(Math.min(score, MAX_SCORE))),
      at * periods.length,
    );
    const from = at;
    places.push(Int32Array.from({ length: list.count }, (_, row) => from + row));
    at += list.count;
  }
  return { rows, gains, lists: lists.map((list, n) => ({ rows: places[n]!, head: list.head, gains: list.gains })) };
};
