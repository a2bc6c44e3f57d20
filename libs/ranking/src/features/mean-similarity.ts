import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Mean cosine to the reader's recent history. */
export const meanSimilarity: Feature<PersonalSignals> = {
  name: 'mean_similarity',
  range: [-1, 1],
  read: (signals) => clamp(signals.meanSimilarity, -1, 1),
};
