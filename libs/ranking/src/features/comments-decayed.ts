import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import { attentionHalfLives, type PaperSignals } from './signals.js';

/** log1p of the decayed count of comments (one a reader per ten minutes at most), one column per half-life. */
export const commentsDecayed: readonly Feature<PaperSignals>[] = attentionHalfLives.map((hours, index) => ({
  name: `comments_${hours}h`,
  range: [0, LOG_COUNT_MAX],
  read: (paper) => logCount(paper.comments[index] ?? 0),
}));
