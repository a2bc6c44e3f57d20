import type { Feature } from './feature.js';
import type { PaperSignals } from './signals.js';

/** 1 when the paper names an organisation: tells "no record" from "a record of nothing". */
export const hasOrganization: Feature<PaperSignals> = {
  name: 'has_organization',
  range: [0, 1],
  read: (paper) => (paper.organization === null ? 0 : 1),
};
