import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Share of the history whose code is of the same owner: a group's next paper. Keeps the first part of each repository's path. */
export const codeOwnerOverlap: Feature<PersonalSignals> = {
  name: 'code_owner_overlap',
  range: [0, 1],
  read: (signals) => clamp(signals.codeOwnerOverlap, 0, 1),
};
