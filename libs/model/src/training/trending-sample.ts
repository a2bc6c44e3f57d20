import { periods } from '#contracts';
import { trendingFeatureNames } from '#ranking';
import type { ColdDay } from './cold-prior-rows.js';
import { groupBy } from './taste-cases.js';
import type { TrendingList, TrendingSample } from './trending-learner.js';
import type { TrendingRow } from './trending-rows.js';

const DAY = 86_400_000;
const DAY_HEAD = periods.indexOf('day');
const ALL_HEAD = periods.indexOf('all');
const WIDTH = trendingFeatureNames.length;

/**
 * Rows and the lists that they would have stood in: of all papers read on one day, which gain most in the next (head `day`, same votes, same drawing); and of the papers just
 * listed, without a vote, which end with most (heads `day` and `all`). Days of papers that stand among no rows give lists only.
 */
export const trendingSample = (rows: readonly TrendingRow[], days: readonly ColdDay[]): TrendingSample => {
  const cold = days.filter(({ votes }) => votes.length > 1 && votes.some((each) => each > 0));
  const matrix = new Float32Array((rows.length + cold.reduce((sum, { votes }) => sum + votes.length, 0)) * WIDTH);
  rows.forEach(({ features }, place) => matrix.set(features, place * WIDTH));
  let at = rows.length;
  const coldLists = cold.flatMap(({ rows: own, votes }): TrendingList[] => {
    matrix.set(own, at * WIDTH);
    const places = Int32Array.from(votes, (_, i) => at + i);
    at += votes.length;
    return [DAY_HEAD, ALL_HEAD].map((head) => ({ rows: places, head, gains: votes }));
  });
  return {
    rows: matrix,
    gains: Float32Array.from(rows.flatMap(({ gains }) => periods.map((period) => gains[period]))),
    lists: [...nextDayLists(rows), ...coldLists],
  };
};

const nextDayLists = (rows: readonly TrendingRow[]): TrendingList[] => {
  const early = rows.flatMap(({ stage }, place) => (stage === 'early' ? [place] : []));
  const lists = groupBy(early, (place) => `${rows[place]!.votesOf} ${rows[place]!.draw} ${Math.floor(rows[place]!.at / DAY)}`);
  return [...lists.values()]
    .map((places) => ({
      rows: Int32Array.from(places),
      head: DAY_HEAD,
      gains: Float32Array.from(places, (place) => rows[place]!.gains.day),
    }))
    .filter(({ gains }) => gains.length > 1 && gains.some((gain) => gain > 0));
};
