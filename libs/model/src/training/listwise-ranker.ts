import { mean, seededRandom } from '#ranking';
import type { Random } from '#ranking';
import { personalGraph } from '../graphs/personal-graph.js';
import type { Dense } from '../graphs/personal-graph.js';
import { measureColumns, standardise } from '../graphs/standardised-rows.js';
import type { Standardisation } from '../graphs/standardised-rows.js';
import { Adam } from './adam.js';
import { listwiseSoftmax } from './listwise-softmax.js';
import { Perceptron } from './perceptron.js';
import { shuffle } from './random.js';
import { listNdcg } from './ranking-figures.js';
import type { RunMeter } from './run-meter.js';

/** Candidates of one question, and what each turned out to be worth. */
export interface RankedList {
  /** float32 [count, features] row-major, raw: the graph standardises. */
  readonly rows: Float32Array;
  readonly count: number;
  /** float32 [count], 0 = not wanted. */
  readonly gains: Float32Array;
  /** float32 [count], shares that the scores are drawn to instead of those of the gains; figures are still of the gains. */
  readonly targets?: Float32Array;
}

export const listwiseSettings = {
  /** Nets from different first weights, whose mean is what is kept, as one net `members` times as wide. */
  members: 1,
  hidden1: 64,
  hidden2: 32,
  epochs: 40,
  /** Epochs without a better validation figure before it stops. */
  patience: 5,
  learningRate: 0.002,
  /** The rate falls along half a cosine to this share over all epochs. */
  finalRateShare: 0.1,
  /** Decoupled weight decay. */
  decay: 0.02,
  /** Lists a step. */
  batch: 16,
  /** Rows of a list that one epoch looks at: all wanted ones and others by chance, drawn again every epoch. 0 = all. */
  rowsPerList: 0,
  /** Share of the lists that only say when to stop, where no validation lists are given. */
  validationShare: 0.1,
  /** Depth of the NDCG that is watched. */
  depth: 20,
} as const;
export type ListwiseSettings = { readonly [K in keyof typeof listwiseSettings]: number };

/** What is known of the columns besides their numbers; all may be left out. */
export interface RankerColumns {
  /** Lists that say when to stop; else a share of the training lists is taken. */
  readonly validation?: readonly RankedList[];
  /** Range of each feature, for the bounds of columns that never vary in training; default: no bounds. */
  readonly ranges?: readonly (readonly [low: number, high: number])[];
  /** Weights of columns that never vary in training, per feature; default 0. Columns that vary learn theirs and ignore it. */
  readonly prior?: Float64Array;
  /** Outputs that all say the same score, for a model that must answer one a period; default 1. */
  readonly heads?: number;
}

export interface TrainedRanker {
  /** ONNX file: `features` float32 [n, F] raw in, `scores` float32 [n, heads] out, standardisation inside. */
  readonly graph: Uint8Array;
  /** The same arithmetic in plain doubles; `rows` is [count, F] raw and is left as it is. */
  readonly score: (rows: Float32Array, count: number) => Float64Array;
  /** Rows that were learned from in an epoch. */
  readonly rows: number;
  readonly epochs: number;
  /** Mean NDCG of the validation lists at the best epoch, mean over members; 0 without validation lists. */
  readonly validationNdcg: number;
  /** Per column, whether it ever varied: columns that did not carry their prior weight only. */
  readonly varies: readonly boolean[];
}

/**
 * Trains a perceptron to order lists: cross entropy between the softmax of a list's scores and its gains, Adam with decoupled decay, early stopping on
 * validation lists. The same lists, settings and seed give the same bytes. Lists without a wanted row teach nothing and are passed over.
 *
 * Measured: a net of 64-32-1 reaches boosted trees on such features at a fraction of the cost (findings). Loss: ListNet, Cao et al., ICML 2007.
 *
 * @throws RangeError there is no list with a wanted and an unwanted row, or lists differ in width.
 */
export const trainListwiseRanker = (
  lists: readonly RankedList[],
  settings: ListwiseSettings,
  seed: number,
  meter: RunMeter,
  columns: RankerColumns = {},
): TrainedRanker => {
  const random = seededRandom(seed);
  const { train, validation } = divided(lists.filter(teaches), settings, random, columns.validation);
  const width = widthOf(train);
  const ranges = columns.ranges ?? Array.from({ length: width }, () => [-Infinity, Infinity] as const);
  const { standardisation, varies } = measureColumns(concatenated(train, width), ranges, new Uint8Array(width));
  const steady = finite(standardisation);
  const prepared = { train: train.map((list) => ready(list, steady)), validation: validation.map((list) => ready(list, steady)) };
  const members = Array.from({ length: settings.members }, (_, member) => {
    const net = new Perceptron([width, settings.hidden1, settings.hidden2, 1], seededRandom(seed + 7919 * (member + 1)));
    silence(net, varies);
    return { net, ...fit(net, prepared.train, prepared.validation, settings, random, meter) };
  });
  const net = members.length === 1 ? members[0]!.net : Perceptron.mean(members.map((member) => member.net));
  const prior = Float64Array.from(varies, (does, f) => (does ? 0 : (columns.prior?.[f] ?? 0)));
  return {
    graph: personalGraph(repeated(net.layers, columns.heads ?? 1), prior, steady),
    score: (rows, count) => scored(net, prior, standardise(rows.slice(0, count * width), steady), count),
    rows: train.reduce((sum, { count }) => sum + rowsTaken(count, settings), 0),
    epochs: Math.max(...members.map(({ epochs }) => epochs)),
    validationNdcg: mean(members.map(({ figure }) => figure)),
    varies,
  };
};

/** The last layer's one output as many times as heads are asked for. */
const repeated = (layers: readonly Dense[], heads: number): Dense[] =>
  layers.map((layer, at) => {
    if (heads === 1 || at < layers.length - 1) return layer;
    const weights = Float64Array.from({ length: layer.inputs * heads }, (_, cell) => layer.weights[Math.floor(cell / heads)]!);
    return { inputs: layer.inputs, outputs: heads, weights, bias: new Float64Array(heads).fill(layer.bias[0]!) };
  });

const teaches = ({ gains, count }: RankedList): boolean => {
  let wanted = 0;
  for (let row = 0; row < count; row += 1) if (gains[row]! > 0) wanted += 1;
  return wanted > 0 && wanted < count;
};

const divided = (
  lists: readonly RankedList[],
  { validationShare }: ListwiseSettings,
  random: Random,
  given: readonly RankedList[] | undefined,
): { readonly train: readonly RankedList[]; readonly validation: readonly RankedList[] } => {
  if (given !== undefined) return { train: lists, validation: given };
  const order = shuffle(Int32Array.from(lists.keys()), random);
  const held = Math.floor(validationShare * lists.length);
  const take = (places: Int32Array): RankedList[] => Array.from(places, (place) => lists[place]!);
  return { train: take(order.subarray(held)), validation: take(order.subarray(0, held)) };
};

const widthOf = (lists: readonly RankedList[]): number => {
  const [first] = lists;
  if (first === undefined) throw new RangeError('no list has both a wanted and an unwanted row: there is nothing to learn from');
  const width = first.rows.length / first.count;
  if (!Number.isInteger(width) || lists.some(({ rows, count }) => rows.length !== count * width))
    throw new RangeError(`lists differ in the number of columns (${width} in the first)`);
  return width;
};

const concatenated = (lists: readonly RankedList[], width: number): Float32Array => {
  const whole = new Float32Array(lists.reduce((sum, { count }) => sum + count, 0) * width);
  let at = 0;
  for (const { rows } of lists) {
    whole.set(rows, at);
    at += rows.length;
  }
  return whole;
};

/** The graph holds float32: bounds that were left open become the largest there are. */
const finite = (standardisation: Standardisation): Standardisation => ({
  ...standardisation,
  low: standardisation.low.map((value) => Math.max(value, -3e38)),
  high: standardisation.high.map((value) => Math.min(value, 3e38)),
});

const ready = (list: RankedList, standardisation: Standardisation): RankedList => ({
  ...list,
  rows: standardise(list.rows.slice(), standardisation),
});

/** Columns that never vary can teach nothing: their random first weights must not stay. */
const silence = (net: Perceptron, varies: readonly boolean[]): void => {
  const first = net.layers[0]!;
  for (const [f, does] of varies.entries()) if (!does) first.weights.fill(0, f * first.outputs, (f + 1) * first.outputs);
};

const fit = (
  net: Perceptron,
  train: readonly RankedList[],
  validation: readonly RankedList[],
  settings: ListwiseSettings,
  random: Random,
  meter: RunMeter,
): { readonly figure: number; readonly epochs: number } => {
  const adam = new Adam(net.groups);
  const order = Int32Array.from(train.keys());
  const copy = () => net.groups.map(({ values }) => values.slice());
  let best = { figure: -Infinity, epochs: 0, values: copy() };
  for (let epoch = 1; epoch <= settings.epochs && epoch - best.epochs <= settings.patience; epoch += 1) {
    const fallen = (1 + Math.cos((Math.PI * (epoch - 1)) / settings.epochs)) / 2;
    const learningRate = settings.learningRate * (settings.finalRateShare + (1 - settings.finalRateShare) * fallen);
    const loss = runEpoch(net, adam, train, shuffle(order, random), { ...settings, learningRate }, random);
    // Without validation lists there is nothing to stop for: the last epoch stands.
    const figure = validation.length === 0 ? epoch : mean(validation.map((list) => ndcgOf(net, list, settings.depth)));
    if (figure > best.figure) best = { figure, epochs: epoch, values: copy() };
    meter.say(
      `epoch ${epoch} loss ${loss.toFixed(4)}${validation.length === 0 ? '' : ` validation NDCG@${settings.depth} ${figure.toFixed(4)}`}`,
    );
  }
  for (const [index, { values }] of net.groups.entries()) values.set(best.values[index]!);
  return { figure: validation.length === 0 ? 0 : best.figure, epochs: best.epochs };
};

const ndcgOf = (net: Perceptron, { rows, count, gains }: RankedList, depth: number): number =>
  listNdcg({ scores: net.forward(rows, 0, count).values.at(-1)!, gains }, depth);

const runEpoch = (
  net: Perceptron,
  adam: Adam,
  lists: readonly RankedList[],
  order: Int32Array,
  settings: ListwiseSettings,
  random: Random,
): number => {
  let total = 0;
  for (let from = 0; from < order.length; from += settings.batch) {
    const batch = order.subarray(from, from + settings.batch);
    for (const index of batch) {
      const { rows, count, gains, targets = gains } = sampled(lists[index]!, settings, random);
      const activations = net.forward(rows, 0, count);
      const { loss, slopes } = listwiseSoftmax(activations.values.at(-1)!, targets);
      for (let i = 0; i < slopes.length; i += 1) slopes[i]! /= batch.length;
      net.backward(activations, slopes);
      total += loss;
    }
    adam.step(settings);
  }
  return total / Math.max(1, order.length);
};

const rowsTaken = (count: number, { rowsPerList }: ListwiseSettings): number => (rowsPerList === 0 ? count : Math.min(count, rowsPerList));

/** All wanted rows and some of the others, so that long lists do not cost what they do not teach. */
const sampled = (list: RankedList, settings: ListwiseSettings, random: Random): RankedList => {
  const most = rowsTaken(list.count, settings);
  if (most === list.count) return list;
  const places = shuffle(
    Int32Array.from({ length: list.count }, (_, row) => row),
    random,
  );
  const wanted = places.filter((row) => list.gains[row]! > 0);
  const others = places.filter((row) => list.gains[row] === 0).subarray(0, Math.max(1, most - wanted.length));
  const kept = Int32Array.from([...wanted, ...others]);
  const width = list.rows.length / list.count;
  const rows = new Float32Array(kept.length * width);
  for (const [place, row] of kept.entries()) rows.set(list.rows.subarray(row * width, (row + 1) * width), place * width);
  const taken = (values: Float32Array): Float32Array => Float32Array.from(kept, (row) => values[row]!);
  return { rows, count: kept.length, gains: taken(list.gains), ...(list.targets === undefined ? {} : { targets: taken(list.targets) }) };
};

const scored = (net: Perceptron, prior: Float64Array, z: Float32Array, count: number): Float64Array => {
  const scores = net.forward(z, 0, count).values.at(-1)!;
  for (let row = 0, at = 0; row < count; row += 1) for (let f = 0; f < prior.length; f += 1, at += 1) scores[row]! += prior[f]! * z[at]!;
  return scores;
};
