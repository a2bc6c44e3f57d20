import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** log1p of papers in the reader's history: how far similarity can be trusted. */
export const logHistory: Feature<PersonalSignals> = {
  name: 'log_history',
  range: [0, LOG_COUNT_MAX],
  read: ({ historySize }) => logCount(historySize),
};
