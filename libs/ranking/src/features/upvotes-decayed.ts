import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import { upvoteHalfLives, type PaperSignals } from './signals.js';

/**
 * log1p of the decayed count of distinct upvoting readers, one column per half-life. From 10-minute buckets of `upvote` registers that are on.
 * Source: decayed counts at several half-lives beat every single formula on Hacker News (findings, "Trending").
 */
export const upvotesDecayed: readonly Feature<PaperSignals>[] = upvoteHalfLives.map((hours, index) => ({
  name: `upvotes_${hours}h`,
  range: [0, LOG_COUNT_MAX],
  read: (paper) => logCount(paper.upvotes[index] ?? 0),
}));
