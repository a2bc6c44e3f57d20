import { seededRandom } from '#ranking';
import { coldDays } from './cold-prior-rows.js';
import type { ColdDay } from './cold-prior-rows.js';
import type { HfPapers } from './hf-papers.js';
import type { RunMeter } from './run-meter.js';
import { groupBy } from './taste-cases.js';
import { trendingFigures } from './trending-figures.js';
import { learnTrending, learnerSettings } from './trending-learner.js';
import { trendingRows } from './trending-rows.js';
import type { TrendingRow } from './trending-rows.js';
import { trendingSample } from './trending-sample.js';

export const trendingSettings = {
  ...learnerSettings,
  epochs: 24,
  decay: 0.05,
  /** Times that the moments of the votes between two readings are drawn anew. */
  draws: 2,
  /** The last listing days, this share of them, judge. Every so-manieth of the others says when to stop. */
  testShare: 0.2,
  validationEvery: 7,
} as const;
export type TrendingSettings = { readonly [K in keyof typeof trendingSettings]: number };

export interface TrainedRows {
  readonly graph: Uint8Array;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** A few raw feature rows, for golden vectors. */
  readonly examples: readonly Float32Array[];
}

/**
 * Trains the trending model: for each period, the logarithm of the votes that the period's window will hold a day from now.
 * One scale for papers of all ages; monotone in every count by construction; papers without a vote are ordered by who stands behind them.
 */
export const trainTrending = (data: HfPapers, settings: TrendingSettings, seed: number, meter: RunMeter): TrainedRows => {
  const rows = trendingRows(data, settings.draws, seededRandom(seed + 2));
  const days = coldDays(data).filter(({ day }) => day >= (rows[0]?.paper.listedAt ?? Infinity));
  const { train, validation, test } = splitByListing(rows, days, settings);
  meter.say(`${rows.length} rows: ${train.rows.length} to train, ${validation.rows.length} to stop, ${test.rows.length} to judge`);
  const judged = learnTrending(sampleOf(train), sampleOf(validation), settings, seed, meter);
  const metrics = trendingFigures(test.rows, test.days, judged.score, seed);
  // What ships has seen the last days too: organisations, for one, are only named there.
  const shipped = learnTrending(trendingSample(rows, days), null, { ...settings, lastEpoch: judged.epochs }, seed, meter);
  return {
    graph: shipped.graph,
    rows: rows.length,
    metrics: { ...metrics, epochs: judged.epochs },
    examples: pickExamples(test.rows),
  };
};

interface Part {
  readonly rows: readonly TrendingRow[];
  readonly days: readonly ColdDay[];
}

const sampleOf = ({ rows, days }: Part) => trendingSample(rows, days);

/** All rows of a paper, and its listing day, fall into one part. */
export const splitByListing = (
  rows: readonly TrendingRow[],
  days: readonly ColdDay[],
  { testShare, validationEvery }: TrendingSettings,
): Readonly<Record<'train' | 'validation' | 'test', Part>> => {
  const places = new Map(days.map(({ day }, place) => [day, place]));
  const testFrom = Math.floor(days.length * (1 - testShare));
  const partOf = (day: number): 'train' | 'validation' | 'test' => {
    const place = places.get(day) ?? 0;
    return place >= testFrom ? 'test' : place % validationEvery === 0 ? 'validation' : 'train';
  };
  const byPart = { rows: groupBy(rows, ({ paper }) => partOf(paper.listedAt)), days: groupBy(days, ({ day }) => partOf(day)) };
  const part = (name: 'train' | 'validation' | 'test'): Part => ({ rows: byPart.rows.get(name) ?? [], days: byPart.days.get(name) ?? [] });
  return { train: part('train'), validation: part('validation'), test: part('test') };
};

/** One row of each stage and kind of votes. */
const pickExamples = (rows: readonly TrendingRow[]): readonly Float32Array[] =>
  [...groupBy(rows, ({ stage, votesOf }) => `${stage} ${votesOf}`).values()]
    .flatMap((group) => group.slice(Math.floor(group.length / 2), Math.floor(group.length / 2) + 1))
    .map(({ features }) => features);
