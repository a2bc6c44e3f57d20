import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Mean cosine to the three nearest papers of the reader's recent history: catches one of several interests, where the mean blurs them. */
export const topSimilarity: Feature<PersonalSignals> = {
  name: 'top3_similarity',
  range: [-1, 1],
  read: (signals) => clamp(signals.topSimilarity, -1, 1),
};
