import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Share of the history that comes from the paper's organisation. */
export const organizationOverlap: Feature<PersonalSignals> = {
  name: 'organization_overlap',
  range: [0, 1],
  read: (signals) => clamp(signals.organizationOverlap, 0, 1),
};
