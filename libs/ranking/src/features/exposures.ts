import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** log1p of times this reader was shown the paper lately and passed it by: fatigue. 0 once opened. */
export const exposures: Feature<PersonalSignals> = {
  name: 'exposures',
  range: [0, LOG_COUNT_MAX],
  read: (signals) => logCount(signals.exposures),
};
