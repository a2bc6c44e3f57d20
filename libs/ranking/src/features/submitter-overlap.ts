import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Share of the history that the paper's submitter put forward: a curator whom the reader follows without saying so. */
export const submitterOverlap: Feature<PersonalSignals> = {
  name: 'submitter_overlap',
  range: [0, 1],
  read: (signals) => clamp(signals.submitterOverlap, 0, 1),
};
