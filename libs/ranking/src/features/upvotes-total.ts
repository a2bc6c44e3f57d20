import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PaperSignals } from './signals.js';

/** log1p of our readers who upvote the paper now, however long ago they did: what "all time" ranks by. */
export const upvotesTotal: Feature<PaperSignals> = {
  name: 'upvotes_total',
  range: [0, LOG_COUNT_MAX],
  read: (paper) => logCount(paper.upvotesTotal),
};
