import { mean, personalFeatureNames, personalFeatures, seededRandom } from '#ranking';
import type { Random } from '#ranking';
import { personalGraph } from '../graphs/personal-graph.js';
import { measureColumns, standardise } from '../graphs/standardised-rows.js';
import type { Standardisation } from '../graphs/standardised-rows.js';
import { Adam } from './adam.js';
import type { HfPapers } from './hf-papers.js';
import { listwiseSoftmax } from './listwise-softmax.js';
import { Perceptron } from './perceptron.js';
import { replayLists } from './personal-replay.js';
import type { Asking, PersonalList, ReplayParts } from './personal-replay.js';
import { shuffle } from './random.js';
import { listAuc, listNdcg, listReciprocalRank } from './ranking-figures.js';
import type { RunMeter } from './run-meter.js';
import { groupBy } from './taste-cases.js';
import type { TrainedRows } from './trending-training.js';

const HOUR = 3_600_000;

export const personalSettings = {
  /** Nets of these widths from different first weights, whose mean is one net of 64-32-1: steadier than one net of that size on so few lists. */
  members: 4,
  hidden1: 16,
  hidden2: 8,
  epochs: 40,
  patience: 6,
  learningRate: 0.001,
  decay: 0.05,
  /** Lists a step. */
  batch: 8,
  /** Candidates not chosen that a list of all sources keeps in training: the nearest among the new ones, and some by chance. */
  hardNegatives: 40,
  chanceNegatives: 15,
  /** Lists asked for each choice, at different delays. */
  draws: 2,
  /** Mean delay between a paper's listing and a reader's choice. An assumption: the data tells the day a paper was put on the page, not when readers find it. */
  meanDelayHours: 36,
  /** Of the lists, this share is seen as an archive: everything, the reader's history too, one to eight years older. */
  archiveShare: 0.3,
  /** In order of time: the last lists judge, those before them say when to stop. */
  testShare: 0.2,
  validationShare: 0.1,
} as const;
export type PersonalSettings = { readonly [K in keyof typeof personalSettings]: number };

/**
 * Weights of what the training data does not have, on raw features: nobody in it follows, hides, or is shown a paper twice. In logits, where a
 * typical list spans about four. Held until a site's own log teaches better ones.
 */
const priorWeights: Readonly<Record<string, number>> = {
  rank_followed: 0.5,
  z_followed: 0.1,
  followed_topic: 0.8,
  followed_author: 1.2,
  followed_organization: 0.8,
  rank_co_read: 1,
  z_co_read: 0.3,
  hidden_similarity: -2,
  exposures: -0.3,
};

/**
 * Trains the personal model: which of the candidates will this reader choose? Listwise softmax over rows that the real fold and
 * pipeline made, point in time; the last part of the time judges.
 */
export const trainPersonal = async (
  data: HfPapers,
  parts: ReplayParts,
  settings: PersonalSettings,
  seed: number,
  meter: RunMeter,
): Promise<TrainedRows> => {
  const random = seededRandom(seed);
  const training = await replayLists(data, parts, askLater(settings), random);
  meter.say(`${training.length} lists of ${Math.round(mean(training.map(({ count }) => count)))} candidates replayed`);
  const judging = await replayLists(data, parts, askAtDaysEnd, seededRandom(seed + 1));
  meter.say(`${judging.length} lists to judge`);
  return learnPersonal(training, judging, settings, seed, meter);
};

/** The same from lists that were replayed before. */
export const learnPersonal = (
  training: readonly PersonalList[],
  judging: readonly PersonalList[],
  settings: PersonalSettings,
  seed: number,
  meter: RunMeter,
): TrainedRows => {
  const random = seededRandom(seed + 3);
  const borders = bordersOf(judging, settings);
  const train = training.filter(({ at }) => at < borders.validation).map((list) => sampled(list, settings, random));
  const validation = judging.filter(({ at }) => at >= borders.validation && at < borders.test);
  const archived = train.map((list) => (random() < settings.archiveShare ? olderBy(list, (1 + 7 * random()) * 8766) : list));
  const matrix = concatenated(archived);
  const { standardisation, varies } = measureColumns(
    matrix,
    personalFeatures.map(({ range }) => range),
    new Uint8Array(personalFeatures.length),
  );
  const prior = Float64Array.from(personalFeatureNames, (name, f) => (varies[f] ? 0 : (priorWeights[name] ?? 0)));
  meter.say(`never varies: ${personalFeatureNames.filter((_, f) => !varies[f]).join(', ') || 'none'}`);

  const lists = {
    train: archived.map((list) => prepared(list, standardisation)),
    validation: validation.map((list) => prepared(list, standardisation)),
  };
  const members = Array.from({ length: settings.members }, (_, member) => {
    const net = new Perceptron([personalFeatureNames.length, settings.hidden1, settings.hidden2, 1], seededRandom(seed + 100 * member));
    silence(net, varies);
    fit(net, lists.train, lists.validation, settings, random, meter);
    return net;
  });
  const net = Perceptron.mean(members);
  const test = judging.filter(({ at }) => at >= borders.test);
  const kinds = groupBy(test, ({ candidates }) => candidates);
  const [days, feeds] = [kinds.get('day') ?? [], kinds.get('sources') ?? []];
  const metrics = {
    lists: train.length,
    ...judge(
      'day',
      days.filter(({ historySize }) => historySize >= 3),
      net,
      standardisation,
    ),
    ...judge(
      'dayFewer',
      days.filter(({ historySize }) => historySize < 3),
      net,
      standardisation,
    ),
    ...judge('feed', feeds, net, standardisation),
  };
  const width = personalFeatureNames.length;
  const examples = feeds.slice(0, 4).map(({ rows, wanted }) => rows.slice(wanted.indexOf(1) * width, (wanted.indexOf(1) + 1) * width));
  return { graph: personalGraph(net.layers, prior, standardisation), rows: matrix.length / personalFeatureNames.length, metrics, examples };
};

const askLater = ({ draws, meanDelayHours }: PersonalSettings): Asking => ({
  candidates: ['day', 'sources'],
  delays: (random) =>
    Array.from({ length: draws }, () => Math.min(240, 0.5 - meanDelayHours * Math.log(1 - random())) * HOUR).sort((a, b) => a - b),
});

/** The evening of the listing day, as a daily reader would. */
const askAtDaysEnd: Asking = { candidates: ['day', 'sources'], delays: () => [24 * HOUR] };

const bordersOf = (lists: readonly PersonalList[], { testShare, validationShare }: PersonalSettings) => {
  const times = lists.map(({ at }) => at).sort((a, b) => a - b);
  const border = (share: number): number => times[Math.floor(times.length * share)] ?? Infinity;
  return { validation: border(1 - testShare - validationShare), test: border(1 - testShare) };
};

const TASTE = personalFeatureNames.indexOf('taste_similarity');

/**
 * All chosen candidates and some of the others: those nearest in taste among what was listed lately, and a few by chance from all ages.
 *
 * Old papers that are near in taste are left out on purpose. Here a choice is always of a new paper, so they would teach that being like the history
 * is a bad sign: the archive is full of papers nearer than any of today's.
 */
const sampled = (list: PersonalList, { hardNegatives, chanceNegatives }: PersonalSettings, random: Random): PersonalList => {
  if (list.candidates === 'day') return list;
  const width = personalFeatureNames.length;
  const rowsOf = (wanted: 0 | 1): number[] => Array.from(list.wanted.keys()).filter((row) => list.wanted[row] === wanted);
  const cell = (row: number, column: number): number => list.rows[row * width + column]!;
  const lately = rowsOf(0)
    .filter((row) => cell(row, AGE) <= LATELY)
    .sort((a, b) => cell(b, TASTE) - cell(a, TASTE))
    .slice(0, hardNegatives);
  const taken = new Set(lately);
  const chance = shuffle(
    rowsOf(0).filter((row) => !taken.has(row)),
    random,
  ).slice(0, chanceNegatives);
  const kept = [...rowsOf(1), ...lately, ...chance];
  const rows = new Float32Array(kept.length * width);
  for (const [place, row] of kept.entries()) rows.set(list.rows.subarray(row * width, (row + 1) * width), place * width);
  return { ...list, rows, count: kept.length, wanted: Uint8Array.from(kept, (row) => list.wanted[row]!) };
};

/** Two weeks, as log1p of hours. */
const LATELY = Math.log1p(14 * 24);
const AGE = personalFeatureNames.indexOf('log_age_hours');
const PACE = personalFeatureNames.indexOf('freshness_pace');

/**
 * The same list in an archive: papers and the reader's history all `hours` older. In the data every choice is of a new paper, and a model that
 * has only seen that takes a catalogue of old papers for one of bad papers.
 */
const olderBy = (list: PersonalList, hours: number): PersonalList => {
  const width = personalFeatureNames.length;
  const rows = list.rows.slice();
  for (let at = 0; at < rows.length; at += width) {
    const logAge = rows[at + AGE]!;
    const older = Math.log1p(Math.expm1(logAge) + hours);
    const pace = logAge - rows[at + PACE]!;
    rows[at + PACE] = older - Math.log1p(Math.expm1(pace) + hours);
    rows[at + AGE] = older;
  }
  return { ...list, rows };
};

const concatenated = (lists: readonly PersonalList[]): Float32Array => {
  const whole = new Float32Array(lists.reduce((sum, { rows }) => sum + rows.length, 0));
  let at = 0;
  for (const { rows } of lists) {
    whole.set(rows, at);
    at += rows.length;
  }
  return whole;
};

const prepared = (list: PersonalList, standardisation: Standardisation): PersonalList => ({
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
  train: readonly PersonalList[],
  validation: readonly PersonalList[],
  settings: PersonalSettings,
  random: Random,
  meter: RunMeter,
): void => {
  const adam = new Adam(net.groups);
  const order = Int32Array.from(train, (_, index) => index);
  const copy = () => net.groups.map(({ values }) => values.slice());
  let best = { figure: -Infinity, values: copy() };
  for (let epoch = 1, waited = 0; epoch <= settings.epochs && waited < settings.patience; epoch += 1) {
    const loss = runEpoch(net, adam, train, shuffle(order, random), settings);
    const figure = mean(validation.map((list) => listNdcg({ scores: scoresOf(net, list), gains: list.wanted }, 10)));
    waited = figure > best.figure + 1e-4 ? 0 : waited + 1;
    if (waited === 0) best = { figure, values: copy() };
    meter.say(`epoch ${epoch} loss ${loss.toFixed(4)} validation NDCG@10 ${figure.toFixed(4)}`);
  }
  for (const [index, { values }] of net.groups.entries()) values.set(best.values[index]!);
};

const runEpoch = (net: Perceptron, adam: Adam, lists: readonly PersonalList[], order: Int32Array, settings: PersonalSettings): number => {
  let total = 0;
  for (let from = 0; from < order.length; from += settings.batch) {
    const batch = order.subarray(from, from + settings.batch);
    for (const index of batch) {
      const { rows, count, wanted } = lists[index]!;
      const activations = net.forward(rows, 0, count);
      const { loss, slopes } = listwiseSoftmax(activations.values.at(-1)!, wanted);
      for (let i = 0; i < slopes.length; i += 1) slopes[i]! /= batch.length;
      net.backward(activations, slopes);
      total += loss;
    }
    adam.step(settings);
  }
  return total / Math.max(1, order.length);
};

/** Scores of a prepared list. */
const scoresOf = (net: Perceptron, { rows, count }: PersonalList): Float64Array => net.forward(rows, 0, count).values.at(-1)!;

/** What a feed could be ordered by instead: single features of the same rows. */
const baselines = {
  Taste: 'taste_similarity',
  MeanSimilarity: 'mean_similarity',
  Top3Similarity: 'top3_similarity',
  Popularity: 'log_popularity',
  Trending: 'trending_score',
} as const;

const column = ({ rows, count }: PersonalList, feature: string): Float32Array => {
  const width = personalFeatureNames.length;
  const place = personalFeatureNames.indexOf(feature);
  return Float32Array.from({ length: count }, (_, row) => rows[row * width + place]!);
};

const judge = (name: string, lists: readonly PersonalList[], net: Perceptron, standardisation: Standardisation): Record<string, number> => {
  const ways: Record<string, (list: PersonalList) => ArrayLike<number>> = {
    Model: (list) => scoresOf(net, prepared(list, standardisation)),
  };
  for (const [way, feature] of Object.entries(baselines)) ways[way] = (list) => column(list, feature);
  // Whoever knows that the choice was of yesterday's paper, as it is in these lists, can do no better than this.
  ways['NewestThenSimilar'] = (list) => {
    const ages = column(list, 'log_age_hours');
    return column(list, 'top3_similarity').map((similarity, row) => similarity - 100 * ages[row]!);
  };
  const figures = Object.entries(ways).flatMap(([way, score]) => {
    const judged = lists.map((list) => ({ scores: score(list), gains: list.wanted }));
    return [
      [`${name}Mrr${way}`, mean(judged.map(listReciprocalRank))],
      [`${name}Ndcg10${way}`, mean(judged.map((list) => listNdcg(list, 10)))],
      [`${name}Auc${way}`, mean(judged.map(listAuc))],
    ] as const;
  });
  return { [`${name}Lists`]: lists.length, ...Object.fromEntries(figures) };
};
