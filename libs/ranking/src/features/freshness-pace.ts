import { clamp, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/**
 * Age against the reader's pace: log1p(age in hours) minus the mean log1p(age) of papers when this reader engaged with them. 0 = as fresh as usual, positive = staler.
 * Some read the morning's list, some read the classics; one age curve serves neither. 0 without history.
 */
export const freshnessPace: Feature<PersonalSignals> = {
  name: 'freshness_pace',
  range: [-14, 14],
  read: ({ paper, paceLogHours }) => (paceLogHours === null ? 0 : clamp(Math.log1p(Math.max(0, paper.ageHours)) - paceLogHours, -14, 14)),
};
