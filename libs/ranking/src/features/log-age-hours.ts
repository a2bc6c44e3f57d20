import { clamp, type Feature } from './feature.js';
import type { PaperSignals } from './signals.js';

/** log1p of hours since the paper was listed, else published. Days count from 00:00 UTC. 14 is about 137 years. */
export const logAgeHours: Feature<PaperSignals> = {
  name: 'log_age_hours',
  range: [0, 14],
  read: (paper) => clamp(Math.log1p(Math.max(0, paper.ageHours)), 0, 14),
};
