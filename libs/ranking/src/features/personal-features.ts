import { authorOverlapTop } from './author-overlap-top.js';
import { authorOverlap } from './author-overlap.js';
import { authorShare } from './author-share.js';
import { citationLinks } from './citation-links.js';
import { coReadScore } from './co-read-score.js';
import { codeOwnerOverlap } from './code-owner-overlap.js';
import { coldPaper } from './cold-paper.js';
import { coldReader } from './cold-reader.js';
import { exposures } from './exposures.js';
import { namesOf, type Feature } from './feature.js';
import { follows } from './follows.js';
import { freshnessPace } from './freshness-pace.js';
import { hasCode } from './has-code.js';
import { hiddenSimilarity } from './hidden-similarity.js';
import { lastSimilarity } from './last-similarity.js';
import { logAgeHours } from './log-age-hours.js';
import { logAuthors } from './log-authors.js';
import { logHistory } from './log-history.js';
import { logPopularity } from './log-popularity.js';
import { meanSimilarity } from './mean-similarity.js';
import { organizationOverlap } from './organization-overlap.js';
import { readerStateSimilarity } from './reader-state-similarity.js';
import { reciprocalRanks } from './reciprocal-ranks.js';
import { referencesInCommon } from './references-in-common.js';
import type { PaperSignals, PersonalSignals } from './signals.js';
import { sourceScores } from './source-scores.js';
import { submitterOverlap } from './submitter-overlap.js';
import { tasteSimilarity } from './taste-similarity.js';
import { textSimilarity } from './text-similarity.js';
import { textTop } from './text-top.js';
import { topSimilarity } from './top-similarity.js';
import { topicOverlap } from './topic-overlap.js';
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
  lastSimilarity,
  readerStateSimilarity,
  textSimilarity,
  textTop,
  hiddenSimilarity,
  authorOverlap,
  authorOverlapTop,
  authorShare,
  topicOverlap,
  organizationOverlap,
  codeOwnerOverlap,
  submitterOverlap,
  citationLinks,
  referencesInCommon,
  coReadScore,
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
