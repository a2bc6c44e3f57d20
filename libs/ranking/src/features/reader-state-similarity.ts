import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Cosine of content to the learned streaming state of the reader. Keeps the ring of actions, from which the state is stepped; 0 where no encoder of states is in force. */
export const readerStateSimilarity: Feature<PersonalSignals> = {
  name: 'reader_state_similarity',
  range: [-1, 1],
  read: (signals) => clamp(signals.readerStateSimilarity, -1, 1),
};
