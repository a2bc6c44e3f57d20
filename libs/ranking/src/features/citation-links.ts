import { logCount, LOG_COUNT_MAX, type Feature } from './feature.js';
import type { PersonalSignals } from './signals.js';

/** log1p of the papers of the history that the paper cites or that cite it, by the records folded so far. Keeps what each paper cites. */
export const citationLinks: Feature<PersonalSignals> = {
  name: 'citation_links',
  range: [0, LOG_COUNT_MAX],
  read: (signals) => logCount(signals.citationLinks),
};
