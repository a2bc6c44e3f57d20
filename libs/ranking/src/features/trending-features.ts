import { authorRecord } from './author-record.js';
import { authorRecordMean } from './author-record-mean.js';
import { codeOwnerRecord } from './code-owner-record.js';
import { commentsDecayed } from './comments-decayed.js';
import { namesOf, type Feature } from './feature.js';
import { hasCode } from './has-code.js';
import { hasOrganization } from './has-organization.js';
import { logAgeHours } from './log-age-hours.js';
import { logAuthors } from './log-authors.js';
import { logStars } from './log-stars.js';
import { opensDecayed } from './opens-decayed.js';
import { organizationRecord } from './organization-record.js';
import type { PaperSignals } from './signals.js';
import { sourceComments } from './source-comments.js';
import { sourceUpvotes } from './source-upvotes.js';
import { submitterRecord } from './submitter-record.js';
import { upvotesDecayed } from './upvotes-decayed.js';
import { upvotesRecent } from './upvotes-recent.js';
import { upvotesTotal } from './upvotes-total.js';
import { velocity } from './velocity.js';

/** Columns of the trending model, in order. */
export const trendingFeatures: readonly Feature<PaperSignals>[] = [
  ...upvotesDecayed,
  ...upvotesRecent,
  ...opensDecayed,
  ...commentsDecayed,
  upvotesTotal,
  velocity,
  logAgeHours,
  sourceUpvotes,
  sourceComments,
  organizationRecord,
  submitterRecord,
  authorRecord,
  authorRecordMean,
  codeOwnerRecord,
  hasOrganization,
  hasCode,
  logStars,
  logAuthors,
];
export const trendingFeatureNames = namesOf(trendingFeatures);
