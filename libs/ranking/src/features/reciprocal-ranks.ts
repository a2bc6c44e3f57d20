import type { Feature } from './feature.js';
import { rankedSources, type PersonalSignals } from './signals.js';

/** 1/rank in each source, 0 when the source did not propose the paper. Means the same on any catalogue. Source: findings, "what carries the ranker". */
export const reciprocalRanks: readonly Feature<PersonalSignals>[] = rankedSources.map((source) => ({
  name: `rank_${source.replace('-', '_')}`,
  range: [0, 1],
  read: ({ sources }) => (sources[source].rank === 0 ? 0 : 1 / sources[source].rank),
}));
