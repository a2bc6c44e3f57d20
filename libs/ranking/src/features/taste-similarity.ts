import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Cosine of the paper to the reader's decayed taste vector. */
export const tasteSimilarity: Feature<PersonalSignals> = {
  name: 'taste_similarity',
  range: [-1, 1],
  read: (signals) => clamp(signals.tasteSimilarity, -1, 1),
};
