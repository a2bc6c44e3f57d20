import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Largest cosine of references to those of a paper of the history (bibliographic coupling, Kessler 1963). Keeps what each paper cites. */
export const referencesInCommon: Feature<PersonalSignals> = {
  name: 'cites_in_common',
  range: [0, 1],
  read: (signals) => clamp(signals.referencesInCommon, 0, 1),
};
