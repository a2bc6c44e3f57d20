import { LOG_COUNT_MAX, type Feature } from './feature.js';
import { shrunkenRecord } from './organization-record.js';
import type { PaperSignals } from './signals.js';

/** How the other papers did whose code stands under the same owner: labs keep their code in one place even where a paper names no organisation. */
export const codeOwnerRecord: Feature<PaperSignals> = {
  name: 'code_owner_record',
  range: [0, LOG_COUNT_MAX],
  read: (paper) => shrunkenRecord(paper.codeOwner),
};
