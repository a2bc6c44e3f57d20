import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PaperSignals } from './signals.js';

/** log1p of the upvotes that the paper's source showed when it was last read. */
export const sourceUpvotes: Feature<PaperSignals> = {
  name: 'source_upvotes',
  range: [0, LOG_COUNT_MAX],
  read: (paper) => logCount(paper.sourceUpvotes),
};
