import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Largest share of the history that names one of the paper's authors: somebody who is read again and again. */
export const authorShare: Feature<PersonalSignals> = {
  name: 'author_share',
  range: [0, 1],
  read: (signals) => clamp(signals.authorShare, 0, 1),
};
