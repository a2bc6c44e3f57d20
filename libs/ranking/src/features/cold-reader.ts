import type { Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Below this many papers a history is an anecdote. */
const FEW = 3;

/** 1 when the reader has hardly any history. */
export const coldReader: Feature<PersonalSignals> = {
  name: 'cold_reader',
  range: [0, 1],
  read: ({ historySize }) => (historySize < FEW ? 1 : 0),
};
