import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Cosine to the mean of what the reader hid lately: hides speak about more than the one paper. */
export const hiddenSimilarity: Feature<PersonalSignals> = {
  name: 'hidden_similarity',
  range: [-1, 1],
  read: (signals) => clamp(signals.hiddenSimilarity, -1, 1),
};
