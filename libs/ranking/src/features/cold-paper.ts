import type { Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** 1 when nobody here upvoted or opened the paper lately and co-reading does not know it: only its text and its origin speak. */
export const coldPaper: Feature<PersonalSignals> = {
  name: 'cold_paper',
  range: [0, 1],
  read: ({ paper, sources }) =>
    paper.upvotesTotal === 0 && (paper.opens[paper.opens.length - 1] ?? 0) < 0.5 && sources['co-read'].rank === 0 ? 1 : 0,
};
