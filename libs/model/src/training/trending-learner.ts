import { periods } from '#contracts';
import { attentionHalfLives, mean, recentHours, seededRandom, trendingFeatureNames, upvoteHalfLives } from '#ranking';
import { countSteps, stepRows, stepWeights } from '../graphs/count-steps.js';
import { measureColumns, standardise } from '../graphs/standardised-rows.js';
import type { Standardisation } from '../graphs/standardised-rows.js';
import { trendingGraph } from '../graphs/trending-graph.js';
import { Adam } from './adam.js';
import { listwiseSoftmax } from './listwise-softmax.js';
import { MonotoneNet } from './monotone-net.js';
import { shuffle } from './random.js';
import { listNdcg } from './ranking-figures.js';
import type { RunMeter } from './run-meter.js';
import { tweedie } from './tweedie.js';

const HEADS = periods.length;
const WIDTH = trendingFeatureNames.length;

/** Rows that a list would have had to order, by one head. */
export interface TrendingList {
  /** Indexes of rows. */
  readonly rows: Int32Array;
  /** Index of the period whose score orders them. */
  readonly head: number;
  /** What each of the rows is worth in this list, in the order of `rows`. */
  readonly gains: Float32Array;
}

/** What a trending model learns from: papers at moments. */
export interface TrendingSample {
  /** float32 [n, trending features], raw. */
  readonly rows: Float32Array;
  /** float32 [m, periods], m <= n: the votes that each period's window will hold a day from the row's moment, of the first m rows. The others stand in lists only. */
  readonly gains: Float32Array;
  readonly lists: readonly TrendingList[];
}

export const learnerSettings = {
  /** Units of the two hidden layers. */
  first: 48,
  second: 24,
  /** Nets from different first weights whose mean is taken: one alone moves by a point of NDCG with its seed. */
  members: 4,
  epochs: 40,
  /** Where to stop without a validation sample; 0 = after all epochs. */
  lastEpoch: 0,
  patience: 10,
  /** Lists a step; rows that stand in no list count as lists of `looseRows`. */
  listBatch: 16,
  looseRows: 256,
  learningRate: 0.003,
  /** The rate falls along half a cosine to this share over all epochs. */
  finalRateShare: 0.1,
  /** Decoupled weight decay. */
  decay: 0.0005,
  /** What the deviance of the votes counts beside the order of the lists. */
  deviance: 1,
  /** Between 1 (a vote counts a vote: the top decides) and 2 (only ratios count: the many small ones decide). */
  tweediePower: 1.4,
  /** Depth of the NDCG that is told. */
  depth: 10,
} as const;
export type LearnerSettings = { readonly [K in keyof typeof learnerSettings]: number };

export interface LearnedTrending {
  /** ONNX file: `features` float32 [n, F] raw in, `scores` float32 [n, periods] out. */
  readonly graph: Uint8Array;
  /** The same arithmetic in plain doubles, [n, periods]; `rows` is left as it is. */
  readonly score: (rows: Float32Array) => Float64Array;
  /** Passes over the rows after which it was best. */
  readonly epochs: number;
  /** Mean NDCG of the validation lists, mean over members; 0 without them. */
  readonly validationNdcg: number;
}

/**
 * Weights of what the training data does not have, on raw `log1p(count)`: an open is a weaker and a comment a stronger sign than
 * nothing, both weaker than a vote. Held until a site's own log teaches better ones.
 */
const priorWeights: readonly { readonly columns: RegExp; readonly weight: number }[] = [
  { columns: /^opens_/, weight: 0.04 },
  { columns: /^comments_/, weight: 0.06 },
  { columns: /^source_comments$/, weight: 0.05 },
];

const priorOf = (name: string): number => priorWeights.find(({ columns }) => columns.test(name))?.weight ?? 0;

/** Counts of votes, opens and comments over ever longer times. */
const steps = countSteps(trendingFeatureNames, [
  [...upvoteHalfLives.map((hours) => `upvotes_${hours}h`), 'upvotes_total'],
  [...recentHours.map((hours) => `upvotes_last_${hours}h`), 'upvotes_total'],
  attentionHalfLives.map((hours) => `opens_${hours}h`),
  attentionHalfLives.map((hours) => `comments_${hours}h`),
]);

/** Further than any logarithm of a count, or a difference of two, can be. */
const RANGES = trendingFeatureNames.map(() => [-32, 32] as const);

/** Columns, as steps, in which a score may never fall: all of them rise when a vote, an open or a comment is added now. */
const rising = Uint8Array.from(trendingFeatureNames, (name) =>
  /^(upvotes|opens|comments|source)_|^velocity$|^log_stars$/.test(name) ? 1 : 0,
);

/**
 * Learns a trending model by two losses at once: for every list the cross entropy between the softmax of its scores and its shares of the gains, so that the order at the top is
 * right; and for every row and period the Tweedie deviance of the votes to come, so that a score is a logarithm of votes, on one scale for rows that never met in a list.
 * Never falls for a vote more, by construction. The same sample, settings and seed give the same bytes. Without a validation sample it makes `settings.epochs` passes.
 *
 * @param settings `epochs` also sets the pace at which the rate falls: a run that is to stop early where another did takes `lastEpoch` and the same `epochs`.
 */
export const learnTrending = (
  train: TrendingSample,
  validation: TrendingSample | null,
  settings: LearnerSettings,
  seed: number,
  meter: RunMeter,
): LearnedTrending => {
  const stepped = { train: withSteps(train), validation: validation && withSteps(validation) };
  const { standardisation, varies } = measureColumns(stepped.train.rows, RANGES, rising);
  meter.say(`never varies: ${trendingFeatureNames.filter((_, f) => !varies[f]).join(', ') || 'none'}`);
  const ready = {
    train: standardised(stepped.train, standardisation),
    validation: stepped.validation && standardised(stepped.validation, standardisation),
  };
  const members = Array.from({ length: settings.members }, (_, member) => {
    const net = new MonotoneNet([WIDTH, settings.first, settings.second, HEADS], rising, seededRandom(seed + 100 * member));
    trendingFeatureNames.forEach((_, f) => varies[f] || net.fix(f, 0));
    return { net, ...fit(net, ready.train, ready.validation, settings, seed + 100 * member, meter) };
  });
  const net = MonotoneNet.mean(members.map((member) => member.net));
  const priors = stepWeights(Float64Array.from(trendingFeatureNames, priorOf), steps);
  trendingFeatureNames.forEach((_, f) => varies[f] || net.fix(f, priors[f]!));
  return {
    graph: trendingGraph(net.weights, steps, standardisation),
    score: (rows) => scoresOf(net, standardise(stepRows(rows.slice(), steps), standardisation)),
    epochs: Math.round(mean(members.map(({ epochs }) => epochs))),
    validationNdcg: mean(members.map(({ ndcg }) => ndcg)),
  };
};

const withSteps = (sample: TrendingSample): TrendingSample => ({ ...sample, rows: stepRows(sample.rows.slice(), steps) });

const standardised = (sample: TrendingSample, standardisation: Standardisation): TrendingSample => ({
  ...sample,
  rows: standardise(sample.rows, standardisation),
});

const fit = (
  net: MonotoneNet,
  train: TrendingSample,
  validation: TrendingSample | null,
  settings: LearnerSettings,
  seed: number,
  meter: RunMeter,
): { readonly epochs: number; readonly ndcg: number } => {
  const adam = new Adam(net.groups);
  const random = seededRandom(seed + 1);
  const weights = headWeights(train, settings);
  const loose = looseRows(train);
  let best = { epochs: 0, loss: Infinity, ndcg: 0, values: net.groups.map(({ values }) => values.slice()) };
  const last = validation === null ? settings.lastEpoch || settings.epochs : settings.epochs;
  for (let epoch = 1; epoch <= last && epoch - best.epochs <= settings.patience; epoch += 1) {
    const fallen = (1 + Math.cos((Math.PI * (epoch - 1)) / settings.epochs)) / 2;
    const learningRate = settings.learningRate * (settings.finalRateShare + (1 - settings.finalRateShare) * fallen);
    const units = shuffle([...train.lists, ...chunks(shuffle(loose, random), settings.looseRows)], random);
    let total = 0;
    for (let from = 0; from < units.length; from += settings.listBatch) {
      total += learnFrom(net, train, units.slice(from, from + settings.listBatch), weights, settings);
      adam.step({ ...settings, learningRate });
      net.project();
    }
    const watched = validation === null ? { loss: -epoch, ndcg: 0 } : watch(net, validation, weights, settings);
    if (watched.loss < best.loss - 1e-5) best = { epochs: epoch, ...watched, values: net.groups.map(({ values }) => values.slice()) };
    const told = validation === null ? '' : ` validation ${watched.loss.toFixed(4)} NDCG@${settings.depth} ${watched.ndcg.toFixed(4)}`;
    meter.say(`epoch ${epoch} loss ${(total / Math.max(1, units.length)).toFixed(4)}${told}`);
  }
  for (const [index, { values }] of net.groups.entries()) values.set(best.values[index]!);
  return best;
};

/** A list, or rows without an order between them. */
type Unit = TrendingList | { readonly rows: Int32Array; readonly head: null };

/** Rows that stand in no list, but tell of votes. */
const looseRows = ({ gains, lists }: TrendingSample): Int32Array => {
  const listed = new Uint8Array(gains.length / HEADS);
  for (const { rows } of lists) for (const row of rows) if (row < listed.length) listed[row] = 1;
  return Int32Array.from(listed.keys()).filter((row) => listed[row] === 0);
};

const chunks = (rows: Int32Array, size: number): Unit[] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => ({ rows: rows.slice(i * size, (i + 1) * size), head: null }));

/** What a vote more or less weighs in each period, so that one whose windows hold many votes counts as much as one whose windows hold few: `deviance` / mean of gain^(2 - power). */
const headWeights = ({ gains }: TrendingSample, { tweediePower, deviance }: LearnerSettings): Float64Array => {
  const sums = new Float64Array(HEADS);
  for (let at = 0; at < gains.length; at += 1) sums[at % HEADS]! += gains[at]! ** (2 - tweediePower);
  return sums.map((sum) => (deviance * gains.length) / HEADS / Math.max(sum, 1e-9));
};

/** Adds the gradients of one step's units and answers their loss. */
const learnFrom = (
  net: MonotoneNet,
  { rows, gains }: TrendingSample,
  units: readonly Unit[],
  weights: Float64Array,
  settings: LearnerSettings,
): number => {
  let total = 0;
  for (const unit of units) {
    const pass = net.forward(gathered(rows, unit.rows), 0, unit.rows.length);
    const slopes = new Float64Array(pass.scores.length);
    let loss = settings.deviance > 0 ? addDeviance(pass.scores, slopes, unit.rows, gains, weights, settings.tweediePower) : 0;
    if (unit.head !== null) loss += addOrder(pass.scores, slopes, unit);
    for (let at = 0; at < slopes.length; at += 1) slopes[at]! /= units.length;
    net.backward(pass, slopes);
    total += loss;
  }
  return total;
};

/** Mean over rows and periods; rows of which no votes are told say nothing. */
const addDeviance = (
  scores: Float64Array,
  slopes: Float64Array,
  places: Int32Array,
  gains: Float32Array,
  weights: Float64Array,
  power: number,
): number => {
  let sum = 0;
  for (let row = 0, at = 0; row < places.length; row += 1) {
    for (let head = 0; head < HEADS; head += 1, at += 1) {
      const gain = gains[places[row]! * HEADS + head];
      if (gain === undefined) continue;
      const { loss, slope } = tweedie(scores[at]!, gain, power);
      const weight = weights[head]! / scores.length;
      slopes[at]! += weight * slope;
      sum += weight * loss;
    }
  }
  return sum;
};

const addOrder = (scores: Float64Array, slopes: Float64Array, { head, gains }: TrendingList): number => {
  const order = listwiseSoftmax(headOf(scores, head), gains);
  for (let row = 0; row < gains.length; row += 1) slopes[row * HEADS + head]! += order.slopes[row]!;
  return order.loss;
};

/** What training stops by: both losses, as they are trained. */
const watch = (
  net: MonotoneNet,
  { rows, gains, lists }: TrendingSample,
  weights: Float64Array,
  { tweediePower, depth }: LearnerSettings,
): { readonly loss: number; readonly ndcg: number } => {
  const scores = scoresOf(net, rows);
  let deviance = 0;
  for (let at = 0; at < gains.length; at += 1) deviance += weights[at % HEADS]! * tweedie(scores[at]!, gains[at]!, tweediePower).loss;
  const judged = lists.map((list) => ({
    scores: Float64Array.from(list.rows, (row) => scores[row * HEADS + list.head]!),
    gains: list.gains,
  }));
  return {
    loss: deviance / Math.max(1, gains.length) + mean(judged.map((list) => listwiseSoftmax(list.scores, list.gains).loss)),
    ndcg: mean(judged.map((list) => listNdcg(list, depth))),
  };
};

const gathered = (rows: Float32Array, places: Int32Array): Float32Array => {
  const taken = new Float32Array(places.length * WIDTH);
  for (let i = 0; i < places.length; i += 1) taken.set(rows.subarray(places[i]! * WIDTH, (places[i]! + 1) * WIDTH), i * WIDTH);
  return taken;
};

const headOf = (scores: Float64Array, head: number): Float64Array =>
  Float64Array.from({ length: scores.length / HEADS }, (_, row) => scores[row * HEADS + head]!);

/** Rows scored at a time, so that the hidden units of all rows need not be held at once. */
const CHUNK = 1024;

/** [n, periods] for standardised rows. */
const scoresOf = (net: MonotoneNet, rows: Float32Array): Float64Array => {
  const count = rows.length / WIDTH;
  const scores = new Float64Array(count * HEADS);
  for (let from = 0; from < count; from += CHUNK) scores.set(net.forward(rows, from, Math.min(CHUNK, count - from)).scores, from * HEADS);
  return scores;
};
