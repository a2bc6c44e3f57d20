import { coldPaper } from './cold-paper.js';
import { coldReader } from './cold-reader.js';
import { exposures } from './exposures.js';
import { namesOf, type Feature } from './feature.js';
import { follows } from './follows.js';
import { freshnessPace } from './freshness-pace.js';
import { hasCode } from './has-code.js';
import { hiddenSimilarity } from './hidden-similarity.js';
import { logAgeHours } from './log-age-hours.js';
import { logAuthors } from './log-authors.js';
import { logHistory } from './log-history.js';
import { logPopularity } from './log-popularity.js';
import { meanSimilarity } from './mean-similarity.js';
import { reciprocalRanks } from './reciprocal-ranks.js';
import type { PaperSignals, PersonalSignals } from './signals.js';
import { sourceScores } from './source-scores.js';
import { tasteSimilarity } from './taste-similarity.js';
import { topSimilarity } from './top-similarity.js';
import { trendingScore } from './trending-score.js';

/** A feature of the paper alone, read for a reader's candidate. */
const ofPaper = ({ name, range, read }: Feature<PaperSignals>): Feature<PersonalSignals> => ({
  name,
  range,
  read: ({ paper }) => read(paper),
});

/** Columns of the personal model, in order. */
export const personalFeatures: readonly Feature<PersonalSignals>[] = [
  ...reciprocalRanks,
  ...sourceScores,
  tasteSimilarity,
  topSimilarity,
  meanSimilarity,
  hiddenSimilarity,
  ...follows,
  logPopularity,
  trendingScore,
  ofPaper(logAgeHours),
  freshnessPace,
  coldPaper,
  coldReader,
  logHistory,
  ofPaper(hasCode),
  ofPaper(logAuthors),
  exposures,
];
export const personalFeatureNames = namesOf(personalFeatures);
