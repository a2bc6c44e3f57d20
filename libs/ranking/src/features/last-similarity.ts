import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Cosine of content to the newest paper of the history: what the reader is at right now. Keeps the ring of actions. */
export const lastSimilarity: Feature<PersonalSignals> = {
  name: 'last_similarity',
  range: [-1, 1],
  read: (signals) => clamp(signals.lastSimilarity, -1, 1),
};
