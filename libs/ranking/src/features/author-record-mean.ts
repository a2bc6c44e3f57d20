import { LOG_COUNT_MAX, type Feature } from './feature.js';
import { shrunkenRecord } from './organization-record.js';
import type { PaperSignals } from './signals.js';

/** Mean over its authors of how their other papers did: tells a team of known names from one known name among many. */
export const authorRecordMean: Feature<PaperSignals> = {
  name: 'author_record_mean',
  range: [0, LOG_COUNT_MAX],
  read: ({ authors }) => (authors.length === 0 ? 0 : authors.reduce((sum, record) => sum + shrunkenRecord(record), 0) / authors.length),
};
