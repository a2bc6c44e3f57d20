import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Largest cosine of topics to a paper of the history. Keeps each paper's topics. */
export const topicOverlap: Feature<PersonalSignals> = {
  name: 'topic_overlap',
  range: [0, 1],
  read: (signals) => clamp(signals.topicOverlap, 0, 1),
};
