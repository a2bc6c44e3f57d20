import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** Mean cosine of words to the three nearest papers of the history: one of several interests, where the mean blurs them. */
export const textTop: Feature<PersonalSignals> = { name: 'text_top3', range: [0, 1], read: (signals) => clamp(signals.textTop3, 0, 1) };
