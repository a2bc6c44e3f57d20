import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** log1p of all upvotes known: our readers' plus the source's. */
export const logPopularity: Feature<PersonalSignals> = {
  name: 'log_popularity',
  range: [0, LOG_COUNT_MAX],
  read: ({ paper }) => logCount(paper.upvotesTotal + paper.sourceUpvotes),
};
