import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Cosine of words (TF-IDF over title, authors and abstract) to the mean of the history. Keeps each paper's words; exact counts, no vectors. */
export const textSimilarity: Feature<PersonalSignals> = {
  name: 'text_similarity',
  range: [0, 1],
  read: (signals) => clamp(signals.textSimilarity, 0, 1),
};
