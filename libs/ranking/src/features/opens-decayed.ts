import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import { attentionHalfLives, type PaperSignals } from './signals.js';

/** log1p of the decayed count of distinct readers who opened the paper, one column per half-life. Attention that came before any vote. */
export const opensDecayed: readonly Feature<PaperSignals>[] = attentionHalfLives.map((hours, index) => ({
  name: `opens_${hours}h`,
  range: [0, LOG_COUNT_MAX],
  read: (paper) => logCount(paper.opens[index] ?? 0),
}));
