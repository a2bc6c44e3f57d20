import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PaperSignals } from './signals.js';

/** log1p of its repository's stars; 0 when unknown. */
export const logStars: Feature<PaperSignals> = {
  name: 'log_stars',
  range: [0, LOG_COUNT_MAX],
  read: (paper) => logCount(paper.stars ?? 0),
};
