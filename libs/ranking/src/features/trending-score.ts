import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** What the trending model says of the day, standardised over the candidates of this request. */
export const trendingScore: Feature<PersonalSignals> = {
  name: 'trending_score',
  range: [-5, 5],
  read: (signals) => clamp(signals.trendingScore, -5, 5),
};
