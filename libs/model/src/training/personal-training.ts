import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EpochMs } from '#contracts';
import { mean, personalFeatureNames, personalFeatures } from '#ranking';
import type { Random, RowScorer } from '#ranking';
import { encoderSettings, fitEncoder } from './encoder-training.js';
import { columnOf, olderBy, rowsKept } from './personal-lists.js';
import { listwiseSettings, trainListwiseRanker } from './listwise-ranker.js';
import type { ListwiseSettings, TrainedRanker } from './listwise-ranker.js';
import type { HfPapers } from './hf-papers.js';
import { priorWeights } from './personal-prior.js';
import { replayLists } from './personal-replay.js';
import type { Asking, CandidateKind, PersonalList, ReplayParts } from './personal-replay.js';
import { randomOf, shuffle } from './random.js';
import { openRunEncoder } from './run-models.js';
import { readerDays } from './taste-cases.js';
import { listAuc, listNdcg, listReciprocalRank } from './ranking-figures.js';
import type { RunMeter } from './run-meter.js';
import type { TrainedRows } from './trending-training.js';

const HOUR = 3_600_000;

export const personalSettings = {
  ...listwiseSettings,
  /** Nets of these widths from different first weights, whose mean is one net of 64-32-1: steadier than one net of that size on so few lists. */
  members: 4,
  hidden1: 16,
  hidden2: 8,
  learningRate: 0.001,
  decay: 0.05,
  batch: 8,
  patience: 6,
  depth: 10,
  /** Candidates not chosen that a list of all sources keeps in training: the nearest among the new ones, and some by chance. */
  hardNegatives: 40,
  chanceNegatives: 15,
  /** Lists asked for each choice, at different delays: by those who know the authors, and by those who know none of them. */
  draws: 1,
  /** Mean delay between a paper's listing and a reader's choice. An assumption: the data tells the day a paper was put on the page, not when readers find it. */
  meanDelayHours: 36,
  /** Of the lists, this share is seen as an archive: everything, the reader's history too, one to eight years older. */
  archiveShare: 0.3,
  /** Of the papers, the share whose votes are our readers' own. */
  readersShare: 0.25,
  /**
   * In order of time: of the first lists only the papers are used, to fit an encoder for the replay. An encoder has learned by heart who works on what in the papers
   * it was fitted on; by the shipped one, which knows them all, a ranker would learn to trust likeness far more than papers of tomorrow bear out.
   */
  encoderShare: 0.2,
  /** The last lists judge, those before them say when to stop. */
  testShare: 0.2,
  timedValidationShare: 0.1,
} as const;
export type PersonalSettings = { readonly [K in keyof typeof personalSettings]: number };

/**
 * Trains the personal model: which of the candidates will this reader choose? Listwise softmax over rows that the real fold and
 * pipeline made, point in time. The last part of the time judges, the part before it says when to stop; what is shipped is then fitted
 * on all lists for as many passes.
 */
export const trainPersonal = async (
  data: HfPapers,
  trending: RowScorer,
  settings: PersonalSettings,
  seed: number,
  meter: RunMeter,
): Promise<TrainedRows> => {
  const borders = bordersOf(data, settings);
  const past = data.papers.filter(({ listedAt }) => listedAt < borders.encoder).map(({ paper }) => paper);
  const root = await mkdtemp(join(tmpdir(), 'broadsheet-personal-'));
  try {
    const encoder = await openRunEncoder(await fitEncoder(past, encoderSettings, seed, meter), {
      root,
      data: 'hf-papers, the first part',
      seed,
    });
    meter.say(`encoder of the replay fitted on ${past.length} papers`);
    const trained = await trainOnReplays(data, { encoder, trending }, borders, settings, seed, meter);
    await encoder.close();
    return trained;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

const trainOnReplays = async (
  data: HfPapers,
  parts: ReplayParts,
  borders: Borders,
  settings: PersonalSettings,
  seed: number,
  meter: RunMeter,
): Promise<TrainedRows> => {
  const replayed = async (asking: Asking, part: number): Promise<ListsByNames> => {
    const known = await replayLists(data, parts, asking, seed + part);
    const unknown = await replayLists(data, parts, { ...asking, names: 'unknown' }, seed + part + 1);
    meter.say(
      `${known.length} lists of ${Math.round(mean(known.map(({ count }) => count)))} candidates replayed, ${unknown.length} without names`,
    );
    return { known, unknown };
  };
  const training = await replayed(askLater(settings, borders.encoder, seed), 0);
  const judging = await replayed(askAtDaysEnd(settings, borders.validation), 2);
  return learnPersonal(training, judging, borders, settings, seed, meter);
};

/** Lists of readers who know who wrote what, and of readers who do not. */
export interface ListsByNames {
  readonly known: readonly PersonalList[];
  readonly unknown: readonly PersonalList[];
}

/** The same from lists that were replayed before. */
export const learnPersonal = (
  training: ListsByNames,
  judging: ListsByNames,
  borders: Borders,
  settings: PersonalSettings,
  seed: number,
  meter: RunMeter,
): TrainedRows => {
  const seen = [...training.known, ...training.unknown];
  const stopping = [...judging.known, ...judging.unknown].filter(({ day }) => day < borders.test);
  const judged = fitted(
    // Asked long after its day, a list of the last days before the border would know of votes beyond it.
    seen.filter(({ at }) => at < borders.validation),
    stopping,
    settings,
    seed,
    meter,
  );
  const test = kindsOf(judging.known.filter(({ day }) => day >= borders.test));
  const strangers = kindsOf(judging.unknown.filter(({ day }) => day >= borders.test));
  const metrics = {
    lists: seen.length,
    epochs: judged.epochs,
    ...judge('day', test.day.filter(hasTaste), judged),
    ...judge(
      'dayFewer',
      test.day.filter((list) => !hasTaste(list)),
      judged,
    ),
    ...judge('dayStranger', strangers.day.filter(hasTaste), judged),
    ...judge('feed', test.sources, judged),
    ...judge('feedStranger', strangers.sources, judged),
  };
  const shipped = fitted(seen, [], { ...settings, epochs: Math.max(1, judged.epochs) }, seed, meter);
  meter.say(`never varies: ${personalFeatureNames.filter((_, f) => !shipped.varies[f]).join(', ') || 'none'}`);
  const width = personalFeatureNames.length;
  const examples = test.sources.slice(0, 4).map(({ rows, gains }) => rows.slice(gains.indexOf(1) * width, (gains.indexOf(1) + 1) * width));
  return { graph: shipped.graph, rows: shipped.rows, metrics, examples };
};

const kindsOf = (lists: readonly PersonalList[]): Readonly<Record<CandidateKind, readonly PersonalList[]>> => ({
  day: lists.filter(({ candidates }) => candidates === 'day'),
  sources: lists.filter(({ candidates }) => candidates === 'sources'),
});

const hasTaste = ({ historySize }: PersonalList): boolean => historySize >= 3;

/** Lists that a reader asks for some time after the listing: minutes, hours, days. */
const askLater = (settings: PersonalSettings, since: EpochMs, seed: number): Asking => ({
  candidates: ['day', 'sources'],
  readersShare: settings.readersShare,
  names: 'known',
  delays: (random) =>
    Array.from({ length: settings.draws }, () => Math.min(240, 0.5 - settings.meanDelayHours * Math.log(1 - random())) * HOUR).sort(
      (a, b) => a - b,
    ),
  since,
  keep: (list) => seenInTraining(list, settings, seed),
});

/** The evening of the listing day, as a daily reader would. */
const askAtDaysEnd = ({ readersShare }: PersonalSettings, since: EpochMs): Asking => ({
  candidates: ['day', 'sources'],
  readersShare,
  names: 'known',
  delays: () => [24 * HOUR],
  since,
});

/** Days from which lists teach, say when to stop, and judge. */
export interface Borders {
  readonly encoder: EpochMs;
  readonly validation: EpochMs;
  readonly test: EpochMs;
}

const bordersOf = (data: HfPapers, { encoderShare, testShare, timedValidationShare }: PersonalSettings): Borders => {
  const days = readerDays(data)
    .filter(({ history }) => history.length > 0)
    .map(({ day }) => day);
  const border = (share: number): EpochMs => days[Math.floor(days.length * share)] ?? Infinity;
  return { encoder: border(encoderShare), validation: border(1 - testShare - timedValidationShare), test: border(1 - testShare) };
};

/** A list as training sees it: cut, and for some made an archive. */
const seenInTraining = (list: PersonalList, settings: PersonalSettings, seed: number): PersonalList => {
  const random = randomOf(seed, `${list.user}:${list.at}:${list.candidates}`);
  const cut = sampled(list, settings, random);
  return random() < settings.archiveShare ? olderBy(cut, (1 + 7 * random()) * 8766) : cut;
};

const fitted = (
  lists: readonly PersonalList[],
  validation: readonly PersonalList[],
  settings: ListwiseSettings,
  seed: number,
  meter: RunMeter,
): TrainedRanker =>
  trainListwiseRanker(lists, settings, seed, meter, {
    validation,
    ranges: personalFeatures.map(({ range }) => range),
    prior: Float64Array.from(personalFeatureNames, (name) => priorWeights[name] ?? 0),
  });

/** Two weeks, as log1p of hours. */
const LATELY = Math.log1p(14 * 24);

/**
 * All chosen candidates and some of the others: those nearest in taste among what was listed lately, and a few by chance from all ages.
 *
 * Old papers that are near in taste are left out on purpose. Here a choice is always of a new paper, so they would teach that being like the history
 * is a bad sign: the archive is full of papers nearer than any of today's.
 */
const sampled = (list: PersonalList, { hardNegatives, chanceNegatives }: PersonalSettings, random: Random): PersonalList => {
  if (list.candidates === 'day') return list;
  const [ages, tastes] = [columnOf(list, 'log_age_hours'), columnOf(list, 'taste_similarity')];
  const rowsOf = (gain: 0 | 1): number[] => Array.from(list.gains.keys()).filter((row) => list.gains[row] === gain);
  const lately = rowsOf(0)
    .filter((row) => ages[row]! <= LATELY)
    .sort((a, b) => tastes[b]! - tastes[a]!)
    .slice(0, hardNegatives);
  const taken = new Set(lately);
  const others = rowsOf(0).filter((row) => !taken.has(row));
  const chance = shuffle(others, random).slice(0, chanceNegatives);
  return rowsKept(list, [...rowsOf(1), ...lately, ...chance]);
};

/** What a feed could be ordered by instead: single features of the same rows. */
const baselines = {
  Text: 'text_similarity',
  Taste: 'taste_similarity',
  MeanSimilarity: 'mean_similarity',
  Top3Similarity: 'top3_similarity',
  Authors: 'author_overlap',
  Popularity: 'log_popularity',
  Trending: 'trending_score',
} as const;

const judge = (name: string, lists: readonly PersonalList[], ranker: TrainedRanker): Record<string, number> => {
  const ways: Record<string, (list: PersonalList) => ArrayLike<number>> = {
    Model: ({ rows, count }) => ranker.score(rows, count),
  };
  for (const [way, feature] of Object.entries(baselines)) ways[way] = (list) => columnOf(list, feature);
  // Whoever knows that the choice was of yesterday's paper, as it is in these lists, can do no better than this.
  ways['NewestThenSimilar'] = (list) => {
    const ages = columnOf(list, 'log_age_hours');
    return columnOf(list, 'top3_similarity').map((similarity, row) => similarity - 100 * ages[row]!);
  };
  const figures = Object.entries(ways).flatMap(([way, score]) => {
    const judged = lists.map((list) => ({ scores: score(list), gains: list.gains }));
    return [
      [`${name}Mrr${way}`, mean(judged.map(listReciprocalRank))],
      [`${name}Ndcg10${way}`, mean(judged.map((list) => listNdcg(list, 10)))],
      [`${name}Auc${way}`, mean(judged.map(listAuc))],
    ] as const;
  });
  return { [`${name}Lists`]: lists.length, ...Object.fromEntries(figures) };
};
