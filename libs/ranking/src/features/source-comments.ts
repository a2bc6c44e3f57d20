import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PaperSignals } from './signals.js';

/** log1p of the comments that the paper's source showed when it was last read. */
export const sourceComments: Feature<PaperSignals> = {
  name: 'source_comments',
  range: [0, LOG_COUNT_MAX],
  read: (paper) => logCount(paper.sourceComments),
};
