import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PaperSignals } from './signals.js';

/** log1p of the number of authors. */
export const logAuthors: Feature<PaperSignals> = {
  name: 'log_authors',
  range: [0, LOG_COUNT_MAX],
  read: (paper) => logCount(paper.authorCount),
};
