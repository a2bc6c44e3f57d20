import { periods } from '#contracts';
import { mean, seededRandom, trendingFeatureNames, trendingFeatures } from '#ranking';
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
  epochs: 150,
  patience: 8,
  /** Rows a step of the deviance, lists a step of the order. */
  batch: 256,
  listBatch: 1,
  learningRate: 0.001,
  decay: 0.0005,
  /** Between 1 (a vote counts a vote: the top decides) and 2 (only ratios count: the many small ones decide). */
  tweediePower: 1.4,
  /** Depth of the NDCG that is watched, where the validation sample has lists. */
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

/** Columns in which a score may never fall: more votes, opens, comments. */
const rising = Uint8Array.from(trendingFeatureNames, (name) =>
  /^(upvotes|opens|comments|source)_|^velocity$|^log_stars$/.test(name) ? 1 : 0,
);

/**
 * Learns a trending model by two losses in turns: for every row and period the Tweedie deviance of the votes to come, so that a score is a logarithm of votes; and for every
 * list the cross entropy between the softmax of its scores and its shares of the gains, so that the order at the top is right. Monotone in every count by construction.
 * The same sample, settings and seed give the same bytes. Without a validation sample it makes `settings.epochs` passes.
 */
export const learnTrending = (
  train: TrendingSample,
  validation: TrendingSample | null,
  settings: LearnerSettings,
  seed: number,
  meter: RunMeter,
): LearnedTrending => {
  const ranges = trendingFeatures.map(({ range }) => range);
  const { standardisation, varies } = measureColumns(train.rows, ranges, rising);
  meter.say(`never varies: ${trendingFeatureNames.filter((_, f) => !varies[f]).join(', ') || 'none'}`);
  const ready = { train: standardised(train, standardisation), validation: validation && standardised(validation, standardisation) };
  const members = Array.from({ length: settings.members }, (_, member) => {
    const net = new MonotoneNet([WIDTH, settings.first, settings.second, HEADS], rising, seededRandom(seed + 100 * member));
    trendingFeatureNames.forEach((_, f) => varies[f] || net.fix(f, 0));
    return { net, ...fit(net, ready.train, ready.validation, settings, seed + 100 * member, meter) };
  });
  const net = MonotoneNet.mean(members.map((member) => member.net));
  trendingFeatureNames.forEach((name, f) => varies[f] || net.fix(f, priorWeights.find(({ columns }) => columns.test(name))?.weight ?? 0));
  return {
    graph: trendingGraph(net.weights, standardisation),
    score: (rows) => scoresOf(net, standardise(rows.slice(), standardisation)),
    epochs: Math.round(mean(members.map(({ epochs }) => epochs))),
    validationNdcg: mean(members.map(({ ndcg }) => ndcg)),
  };
};

const standardised = (sample: TrendingSample, standardisation: Standardisation): TrendingSample => ({
  ...sample,
  rows: standardise(sample.rows.slice(), standardisation),
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
  const weights = headWeights(train, settings.tweediePower);
  const [rowOrder, listOrder] = [Int32Array.from({ length: train.gains.length / HEADS }, (_, i) => i), Int32Array.from(train.lists.keys())];
  const step = (): void => {
    adam.step(settings);
    net.project();
  };
  let best = { epochs: 0, loss: Infinity, ndcg: 0, values: net.groups.map(({ values }) => values.slice()) };
  for (let epoch = 1; epoch <= settings.epochs && epoch - best.epochs <= settings.patience; epoch += 1) {
    const ordered = passLists(net, train, shuffle(listOrder, random), settings, step);
    const trained = passRows(net, train, shuffle(rowOrder, random), weights, settings, step);
    const watched = validation === null ? { loss: -epoch, ndcg: 0 } : watch(net, validation, weights, settings);
    if (watched.loss < best.loss - 1e-5) best = { epochs: epoch, ...watched, values: net.groups.map(({ values }) => values.slice()) };
    meter.say(
      `epoch ${epoch} loss ${trained.toFixed(4)} order ${ordered.toFixed(4)}${
        validation === null ? '' : ` validation ${watched.loss.toFixed(4)} NDCG@${settings.depth} ${watched.ndcg.toFixed(4)}`
      }`,
    );
  }
  for (const [index, { values }] of net.groups.entries()) values.set(best.values[index]!);
  return best;
};

/** Makes a head whose windows hold many votes weigh as much as one whose windows hold few: 1 / mean of gain^(2 - power). */
const headWeights = ({ gains }: TrendingSample, power: number): Float64Array => {
  const sums = new Float64Array(HEADS);
  for (let at = 0; at < gains.length; at += 1) sums[at % HEADS]! += gains[at]! ** (2 - power);
  return sums.map((sum) => gains.length / HEADS / Math.max(sum, 1e-9));
};

/** One pass over all rows; answers the mean loss of a row and period. */
const passRows = (
  net: MonotoneNet,
  { rows, gains }: TrendingSample,
  order: Int32Array,
  weights: Float64Array,
  { batch, tweediePower }: LearnerSettings,
  step: () => void,
): number => {
  let total = 0;
  for (let from = 0; from < order.length; from += batch) {
    const places = order.subarray(from, from + batch);
    const pass = net.forward(gathered(rows, places), 0, places.length);
    const slopes = new Float64Array(pass.scores.length);
    for (let at = 0; at < slopes.length; at += 1) {
      const head = at % HEADS;
      const { loss, slope } = tweedie(pass.scores[at]!, gains[places[(at - head) / HEADS]! * HEADS + head]!, tweediePower);
      slopes[at] = (slope * weights[head]!) / places.length;
      total += loss * weights[head]!;
    }
    net.backward(pass, slopes);
    step();
  }
  return total / Math.max(1, gains.length);
};

/** One pass over the lists; answers the mean loss of a list. */
const passLists = (
  net: MonotoneNet,
  { rows, lists }: TrendingSample,
  order: Int32Array,
  { listBatch }: LearnerSettings,
  step: () => void,
): number => {
  let total = 0;
  for (let from = 0; from < order.length; from += listBatch) {
    const batch = order.subarray(from, from + listBatch);
    for (const index of batch) {
      const list = lists[index]!;
      const pass = net.forward(gathered(rows, list.rows), 0, list.rows.length);
      const { loss, slopes } = listwiseSoftmax(headOf(pass.scores, list.head), list.gains);
      const bySlot = new Float64Array(pass.scores.length);
      for (let row = 0; row < slopes.length; row += 1) bySlot[row * HEADS + list.head] = slopes[row]! / batch.length;
      net.backward(pass, bySlot);
      total += loss;
    }
    step();
  }
  return total / Math.max(1, order.length);
};

/** What training stops by: both losses added, as they are trained. */
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
