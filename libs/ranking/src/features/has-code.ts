import type { Feature } from './feature.js';
import type { PaperSignals } from './signals.js';

/** 1 when the paper links a code repository. */
export const hasCode: Feature<PaperSignals> = { name: 'has_code', range: [0, 1], read: (paper) => (paper.hasCode ? 1 : 0) };
