import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Mean over the history of |A and B| / sqrt(|A| |B|) with A the paper's authors and B those of a paper of the history. People read, and submit, their own circle. Keeps each paper's authors. */
export const authorOverlap: Feature<PersonalSignals> = {
  name: 'author_overlap',
  range: [0, 1],
  read: (signals) => clamp(signals.authorOverlap, 0, 1),
};
