import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** log1p of the co-read source's own score: unlike its rank it says how much reading stands behind the best of them. */
export const coReadScore: Feature<PersonalSignals> = {
  name: 'co_read_score',
  range: [0, 10],
  read: ({ sources }) => clamp(Math.log1p(Math.max(0, sources['co-read'].score)), 0, 10),
};
