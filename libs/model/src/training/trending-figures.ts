import { periods } from '#contracts';
import type { Period } from '#contracts';
import { hackerNewsGravity, mean, pairedDifference, trendingFeatureNames } from '#ranking';
import type { ColdDay } from './cold-prior-rows.js';
import { listNdcg } from './ranking-figures.js';
import { groupBy } from './taste-cases.js';
import type { TrendingRow } from './trending-rows.js';

const DAY = 86_400_000;
/** Fewer papers are no list worth ordering. */
const LEAST = 10;

/** [rows, periods] of raw rows. */
type Score = (rows: Float32Array) => Float64Array;

/** Every formula that a trending list could do with instead. */
const formulas: Readonly<Record<string, (row: TrendingRow) => number>> = {
  Votes: ({ votes }) => votes,
  Gravity: ({ votes, at, paper }) => hackerNewsGravity(votes, (at - paper.listedAt) / 3_600_000),
  Newest: ({ at, paper }) => paper.listedAt - at,
  Decayed24h: ({ features }) => features[trendingFeatureNames.indexOf('upvotes_24h')] ?? 0,
};

/**
 * Of all papers read on one day: which gain most in the next, which will have most of the week's votes? Votes as our readers', means over lists of `LEAST` papers or more.
 * And of the papers just listed, without a vote: which end with most?
 */
export const trendingFigures = (
  rows: readonly TrendingRow[],
  days: readonly ColdDay[],
  score: Score,
  seed: number,
): Record<string, number> => {
  const early = rows.filter(({ votesOf, draw, stage }) => votesOf === 'readers' && draw === 0 && stage === 'early');
  const lists = [...groupBy(early, ({ at }) => Math.floor(at / DAY)).values()].filter(({ length }) => length >= LEAST);
  const byModel = (period: Period) => (list: readonly TrendingRow[]) => headOf(score(matrixOf(list)), period);
  const byFormula = (formula: (row: TrendingRow) => number) => (list: readonly TrendingRow[]) => list.map(formula);
  const figures = (period: Period, scores: (list: readonly TrendingRow[]) => ArrayLike<number>): number[] =>
    lists
      .filter((list) => list.some(({ gains }) => gains[period] > 0))
      .map((list) => listNdcg({ scores: scores(list), gains: list.map(({ gains }) => gains[period]) }, 10));
  const nextDay = figures('day', byModel('day'));
  const lead = pairedDifference(nextDay, figures('day', byFormula(formulas.Gravity!)), { seed });
  const cold = days.filter(({ votes }) => votes.length >= LEAST && votes.some((each) => each > 0));
  return {
    lists: lists.length,
    nextDayNdcg10: mean(nextDay),
    ...Object.fromEntries(
      Object.entries(formulas).map(([name, formula]) => [`nextDayNdcg10${name}`, mean(figures('day', byFormula(formula)))]),
    ),
    leadOverGravity: lead.mean,
    leadOverGravityLow: lead.low,
    leadOverGravityHigh: lead.high,
    weekNdcg10: mean(figures('week', byModel('week'))),
    weekNdcg10Votes: mean(figures('week', byFormula(formulas.Votes!))),
    coldDays: cold.length,
    coldNdcg5: mean(cold.map(({ rows: own, votes }) => listNdcg({ scores: headOf(score(own), 'all'), gains: votes }, 5))),
    coldNdcg5Day: mean(cold.map(({ rows: own, votes }) => listNdcg({ scores: headOf(score(own), 'day'), gains: votes }, 5))),
    coldNdcg5Listed: mean(cold.map(({ votes }) => listNdcg({ scores: votes.map(() => 0), gains: votes }, 5))),
  };
};

const matrixOf = (list: readonly TrendingRow[]): Float32Array => {
  const matrix = new Float32Array(list.length * trendingFeatureNames.length);
  list.forEach(({ features }, row) => matrix.set(features, row * trendingFeatureNames.length));
  return matrix;
};

const headOf = (scores: Float64Array, period: Period): Float64Array =>
  scores.filter((_, at) => at % periods.length === periods.indexOf(period));
