import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** The largest such cosine: not diluted where a history is long and mixed. */
export const authorOverlapTop: Feature<PersonalSignals> = {
  name: 'author_overlap_top',
  range: [0, 1],
  read: (signals) => clamp(signals.authorOverlapTop, 0, 1),
};
