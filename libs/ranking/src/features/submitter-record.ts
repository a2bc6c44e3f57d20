import { LOG_COUNT_MAX, type Feature } from './feature.js';
import { shrunkenRecord } from './organization-record.js';
import type { PaperSignals } from './signals.js';

/** How the other papers of the same submitter did. */
export const submitterRecord: Feature<PaperSignals> = {
  name: 'submitter_record',
  range: [0, LOG_COUNT_MAX],
  read: (paper) => shrunkenRecord(paper.submitter),
};
