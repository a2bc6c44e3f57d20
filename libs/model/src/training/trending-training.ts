import { periods } from '#contracts';
import type { Period } from '#contracts';
import { mean, seededRandom, trendingFeatureNames, trendingFeatures } from '#ranking';
import { measureColumns, standardise } from '../graphs/standardised-rows.js';
import type { Standardisation } from '../graphs/standardised-rows.js';
import { trendingGraph } from '../graphs/trending-graph.js';
import { Adam } from './adam.js';
import type { HfPapers } from './hf-papers.js';
import { listwiseSoftmax } from './listwise-softmax.js';
import { MonotoneNet } from './monotone-net.js';
import { shuffle } from './random.js';
import { listNdcg } from './ranking-figures.js';
import type { RunMeter } from './run-meter.js';
import { groupBy } from './taste-cases.js';
import { trendingRows } from './trending-rows.js';
import type { TrendingRow } from './trending-rows.js';

const DAY = 86_400_000;

export const trendingSettings = {
  /** Times that the moments of the votes between two readings are drawn anew. */
  draws: 2,
  hidden: 32,
  /** Nets from different first weights whose mean is taken: one alone moves by a point of NDCG with its seed. */
  members: 4,
  epochs: 150,
  patience: 8,
  batch: 256,
  learningRate: 0.001,
  decay: 0.0005,
  /** Between 1 (a vote counts a vote: the top decides) and 2 (only ratios count: the many small ones decide). */
  tweediePower: 1.4,
  /** The last listing days, this share of them, judge. Every so-manieth of the others says when to stop. */
  testShare: 0.2,
  validationEvery: 7,
} as const;
export type TrendingSettings = { readonly [K in keyof typeof trendingSettings]: number };

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

export interface TrainedRows {
  readonly graph: Uint8Array;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** A few raw feature rows, for golden vectors. */
  readonly examples: readonly Float32Array[];
}

/**
 * Trains the trending model: for each period, the logarithm of the votes that the period's window will hold a day from now.
 * One scale for papers of all ages; monotone in every count by construction.
 */
export const trainTrending = (data: HfPapers, settings: TrendingSettings, seed: number, meter: RunMeter): TrainedRows => {
  const rows = trendingRows(data, settings.draws, seededRandom(seed + 2));
  const { train, validation, test } = splitByListing(rows, settings);
  meter.say(`${rows.length} rows: ${train.length} to train, ${validation.length} to stop, ${test.length} to judge`);
  const judged = learn(train, validation, settings, seed, meter);
  const metrics = judge(test, scoresOf(judged.net, judged.matrix(test)));
  // What ships has seen the last days too: organisations, for one, are only named there.
  const shipped = learn(rows, null, { ...settings, epochs: judged.epochs }, seed, meter);
  return {
    graph: trendingGraph(shipped.net.weights, shipped.standardisation),
    rows: rows.length,
    metrics: { ...metrics, epochs: judged.epochs },
    examples: pickExamples(test),
  };
};

interface Learned {
  readonly net: MonotoneNet;
  readonly standardisation: Standardisation;
  readonly matrix: (rows: readonly TrendingRow[]) => Float32Array;
  /** Passes over the rows after which it was best. */
  readonly epochs: number;
}

const learn = (
  train: readonly TrendingRow[],
  validation: readonly TrendingRow[] | null,
  settings: TrendingSettings,
  seed: number,
  meter: RunMeter,
): Learned => {
  const ranges = trendingFeatures.map(({ range }) => range);
  const { standardisation, varies } = measureColumns(matrixOf(train), ranges, rising);
  meter.say(`never varies: ${trendingFeatureNames.filter((_, f) => !varies[f]).join(', ') || 'none'}`);
  const matrix = (rows: readonly TrendingRow[]) => standardise(matrixOf(rows), standardisation);
  const samples = { train: sampleOf(train, matrix), validation: validation === null ? null : sampleOf(validation, matrix) };
  const members = Array.from({ length: settings.members }, (_, member) => {
    const net = new MonotoneNet(trendingFeatureNames.length, settings.hidden, periods.length, rising, seededRandom(seed + 100 * member));
    silence(net, varies, settings.hidden);
    return { net, epochs: fit(net, samples.train, samples.validation, settings, seed + 100 * member, meter) };
  });
  const net = MonotoneNet.mean(members.map((member) => member.net));
  setPriors(net, varies);
  return { net, standardisation, matrix, epochs: Math.round(mean(members.map(({ epochs }) => epochs))) };
};

/** Makes a head whose windows hold many votes weigh as much as one whose windows hold few: 1 / mean of gain^(2 - power). */
const headWeights = ({ targets }: Sample, power: number): Float64Array => {
  const heads = periods.length;
  const sums = new Float64Array(heads);
  for (const [at, gain] of targets.entries()) sums[at % heads]! += gain ** (2 - power);
  return sums.map((sum) => targets.length / heads / Math.max(sum, 1e-9));
};

interface Sample {
  readonly matrix: Float32Array;
  /** The gains in votes, [rows, heads]. */
  readonly targets: Float32Array;
  /** Indexes of rows that compete with each other. */
  readonly lists: readonly (readonly number[])[];
}

const sampleOf = (rows: readonly TrendingRow[], matrix: (rows: readonly TrendingRow[]) => Float32Array): Sample => ({
  matrix: matrix(rows),
  targets: targetsOf(rows),
  lists: listsOf(rows),
});

/** Rows of one day that a trending list would have had to order: same votes, same drawing. */
const listsOf = (rows: readonly TrendingRow[]): readonly (readonly number[])[] => {
  const early = rows.flatMap(({ stage }, index) => (stage === 'early' ? [index] : []));
  const lists = groupBy(early, (index) => `${rows[index]!.votesOf} ${rows[index]!.draw} ${Math.floor(rows[index]!.at / DAY)}`);
  return [...lists.values()].filter((list) => list.length > 1 && list.some((index) => rows[index]!.gains.day > 0));
};

const matrixOf = (rows: readonly TrendingRow[]): Float32Array => {
  const width = trendingFeatureNames.length;
  const matrix = new Float32Array(rows.length * width);
  for (const [index, { features }] of rows.entries()) matrix.set(features, index * width);
  return matrix;
};

const targetsOf = (rows: readonly TrendingRow[]): Float32Array =>
  Float32Array.from(rows.flatMap(({ gains }) => periods.map((period) => gains[period])));

const splitByListing = (rows: readonly TrendingRow[], { testShare, validationEvery }: TrendingSettings) => {
  const days = [...new Set(rows.map(({ paper }) => paper.listedAt))].sort((a, b) => a - b);
  const places = new Map(days.map((day, place) => [day, place]));
  const testFrom = Math.floor(days.length * (1 - testShare));
  const parts = groupBy(rows, ({ paper }) => {
    const place = places.get(paper.listedAt) ?? 0;
    return place >= testFrom ? 'test' : place % validationEvery === 0 ? 'validation' : 'train';
  });
  return { train: parts.get('train') ?? [], validation: parts.get('validation') ?? [], test: parts.get('test') ?? [] };
};

/** Columns that never vary can teach nothing: their random first weights must not stay. */
const silence = (net: MonotoneNet, varies: readonly boolean[], hidden: number): void => {
  for (const [f, does] of varies.entries()) if (!does) net.toHidden.values.fill(0, f * hidden, (f + 1) * hidden);
};

const setPriors = (net: MonotoneNet, varies: readonly boolean[]): void => {
  for (const [f, name] of trendingFeatureNames.entries()) {
    const weight = priorWeights.find(({ columns }) => columns.test(name))?.weight ?? 0;
    if (varies[f] === false) net.linear.values.fill(weight, f * periods.length, (f + 1) * periods.length);
  }
};

/** Answers the number of passes after which it was best; without a validation sample that is all of them. */
const fit = (
  net: MonotoneNet,
  train: Sample,
  validation: Sample | null,
  settings: TrendingSettings,
  seed: number,
  meter: RunMeter,
): number => {
  const adam = new Adam(net.groups);
  const random = seededRandom(seed + 1);
  const weights = headWeights(train, settings.tweediePower);
  const order = Int32Array.from({ length: train.targets.length / periods.length }, (_, i) => i);
  let best = { epoch: 0, loss: Infinity, values: net.groups.map(({ values }) => values.slice()) };
  for (let epoch = 1, waited = 0; epoch <= settings.epochs && waited < settings.patience; epoch += 1) {
    passLists(net, train, () => {
      adam.step(settings);
      net.project();
    });
    const trained = runEpoch(net, adam, train, shuffle(order, random), weights, settings);
    const loss = validation === null ? -epoch : lossOf(net, validation, weights, settings.tweediePower) + passLists(net, validation, null);
    waited = loss < best.loss - 1e-5 ? 0 : waited + 1;
    if (waited === 0) best = { epoch, loss, values: net.groups.map(({ values }) => values.slice()) };
    meter.say(`epoch ${epoch} loss ${trained.toFixed(4)} ${validation === null ? '' : `validation ${loss.toFixed(4)}`}`);
  }
  for (const [index, { values }] of net.groups.entries()) values.set(best.values[index]!);
  return best.epoch;
};

/**
 * Loss of expecting `exp(score)` votes where there were `gain`, and its derivative by the score: the negative log-likelihood of a
 * Tweedie distribution of this power (between Poisson and gamma) but for terms without the score.
 * Source: Jorgensen, "Exponential dispersion models", 1987.
 */
export const tweedie = (score: number, gain: number, power: number): { readonly loss: number; readonly slope: number } => {
  const bounded = Math.min(score, MAX_SCORE);
  const expected = Math.exp(bounded * (2 - power));
  const seen = gain * Math.exp(bounded * (1 - power));
  return { loss: expected / (2 - power) - seen / (1 - power), slope: expected - seen };
};

/** e^12 votes: keeps a wild step early in training from overflowing. */
const MAX_SCORE = 12;

const runEpoch = (
  net: MonotoneNet,
  adam: Adam,
  { matrix, targets }: Sample,
  order: Int32Array,
  weights: Float64Array,
  settings: TrendingSettings,
): number => {
  const heads = periods.length;
  const units = new Float64Array(settings.hidden);
  const outputs = new Float64Array(heads);
  const slopes = new Float64Array(heads);
  let total = 0;
  for (let from = 0; from < order.length; from += settings.batch) {
    const batch = order.subarray(from, from + settings.batch);
    for (const row of batch) {
      net.forward(matrix, row * trendingFeatureNames.length, units, outputs);
      for (let h = 0; h < heads; h += 1) {
        const { loss, slope } = tweedie(outputs[h]!, targets[row * heads + h]!, settings.tweediePower);
        slopes[h] = (slope * weights[h]!) / batch.length;
        total += loss * weights[h]!;
      }
      net.backward(matrix, row * trendingFeatureNames.length, units, slopes);
    }
    adam.step(settings);
    net.project();
  }
  return total / targets.length;
};

const lossOf = (net: MonotoneNet, { matrix, targets }: Sample, weights: Float64Array, power: number): number =>
  scoresOf(net, matrix).reduce((sum, score, at) => sum + weights[at % periods.length]! * tweedie(score, targets[at]!, power).loss, 0) /
  Math.max(1, targets.length);

/** One pass over the lists: the day's head should give each paper its share of the day's votes. Answers the mean loss of a list. */
const passLists = (net: MonotoneNet, { matrix, targets, lists }: Sample, learn: (() => void) | null): number => {
  const width = trendingFeatureNames.length;
  const heads = periods.length;
  const units = new Float64Array(net.weights.hidden);
  const outputs = new Float64Array(heads);
  const slopes = new Float64Array(heads);
  const forward = (row: number): number => {
    net.forward(matrix, row * width, units, outputs);
    return outputs[DAY_HEAD]!;
  };
  let total = 0;
  for (const list of lists) {
    const answer = listwiseSoftmax(
      list.map(forward),
      list.map((row) => targets[row * heads + DAY_HEAD]!),
    );
    total += answer.loss;
    if (learn === null) continue;
    for (const [index, row] of list.entries()) {
      forward(row);
      slopes[DAY_HEAD] = answer.slopes[index]!;
      net.backward(matrix, row * width, units, slopes);
    }
    learn();
  }
  return total / Math.max(1, lists.length);
};

const DAY_HEAD = periods.indexOf('day');

/** [rows, heads] for standardised rows. */
const scoresOf = (net: MonotoneNet, matrix: Float32Array): Float64Array => {
  const width = trendingFeatureNames.length;
  const { hidden } = net.weights;
  const units = new Float64Array(hidden);
  const scores = new Float64Array((matrix.length / width) * periods.length);
  for (let row = 0; row < matrix.length / width; row += 1) {
    net.forward(matrix, row * width, units, scores.subarray(row * periods.length, (row + 1) * periods.length));
  }
  return scores;
};

/** Every formula that a trending list could do with instead. */
const baselines: Readonly<Record<string, (row: TrendingRow) => number>> = {
  Votes: ({ votes }) => votes,
  Gravity: ({ votes, at, paper }) => votes / ((at - paper.listedAt) / 3_600_000 + 2) ** 1.8,
  Newest: ({ at, paper }) => paper.listedAt - at,
  Decayed24h: ({ features }) => features[trendingFeatureNames.indexOf('upvotes_24h')] ?? 0,
};

/**
 * Of all papers read on one day: which gain most in the next? And of the papers just listed, without a vote: which end with most?
 * Votes as our readers'; every list with at least 10 papers, mean over lists.
 */
const judge = (rows: readonly TrendingRow[], scores: Float64Array): Record<string, number> => {
  const indexed = rows.map((row, index) => ({
    row,
    score: (period: Period) => scores[index * periods.length + periods.indexOf(period)] ?? 0,
  }));
  const readers = indexed.filter(({ row }) => row.votesOf === 'readers' && row.draw === 0);
  const lists = [
    ...groupBy(
      readers.filter(({ row }) => row.stage === 'early'),
      ({ row }) => Math.floor(row.at / DAY),
    ).values(),
  ].filter(({ length }) => length >= 10);
  const starts = [
    ...groupBy(
      readers.filter(({ row }) => row.stage === 'start'),
      ({ row }) => row.paper.listedAt,
    ).values(),
  ].filter(({ length }) => length >= 10);
  type Item = (typeof readers)[number];
  const figure = (groups: readonly Item[][], k: number, gain: (item: Item) => number, score: (item: Item) => number): number =>
    mean(
      groups
        .filter((list) => list.some((item) => gain(item) > 0))
        .map((list) => listNdcg({ scores: list.map(score), gains: list.map(gain) }, k)),
    );
  const nextDay = (score: (item: Item) => number) => figure(lists, 10, ({ row }) => row.gains.day, score);
  return {
    lists: lists.length,
    nextDayNdcg10: nextDay((item) => item.score('day')),
    ...Object.fromEntries(Object.entries(baselines).map(([name, formula]) => [`nextDayNdcg10${name}`, nextDay(({ row }) => formula(row))])),
    weekNdcg10: figure(
      lists,
      10,
      ({ row }) => row.gains.week,
      (item) => item.score('week'),
    ),
    weekNdcg10Votes: figure(
      lists,
      10,
      ({ row }) => row.gains.week,
      ({ row }) => row.votes,
    ),
    startLists: starts.length,
    startNdcg5: figure(
      starts,
      5,
      ({ row }) => row.paper.matureUpvotes,
      (item) => item.score('all'),
    ),
    startNdcg5Listed: figure(
      starts,
      5,
      ({ row }) => row.paper.matureUpvotes,
      () => 0,
    ),
  };
};

/** One row of each stage and kind of votes. */
const pickExamples = (rows: readonly TrendingRow[]): readonly Float32Array[] =>
  [...groupBy(rows, ({ stage, votesOf }) => `${stage} ${votesOf}`).values()]
    .flatMap((group) => group.slice(Math.floor(group.length / 2), Math.floor(group.length / 2) + 1))
    .map(({ features }) => features);
