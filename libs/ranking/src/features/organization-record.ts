import { LOG_COUNT_MAX, logCount, type Feature } from './feature.js';
import type { PaperSignals, TrackRecord } from './signals.js';

/** Papers' worth of "no votes" that a record starts from, so that one lucky paper does not make a name. */
const PRIOR_PAPERS = 2;

/** log1p of votes a paper, shrunk towards none while there are few papers. */
export const shrunkenRecord = (record: TrackRecord | null): number =>
  record === null ? 0 : logCount(record.votes / (record.papers + PRIOR_PAPERS));

/** How the organisation's other papers did. Carries the cold prior: who wrote a paper says more of its votes than its words (findings). */
export const organizationRecord: Feature<PaperSignals> = {
  name: 'organization_record',
  range: [0, LOG_COUNT_MAX],
  read: (paper) => shrunkenRecord(paper.organization),
};
