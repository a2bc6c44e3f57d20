import { clamp, type Feature } from './feature.js';
import { rankedSources, type PersonalSignals } from './signals.js';

/** The source's score, standardised over what it proposed for this request: how far ahead of its peers the paper is. 0 when not proposed. */
export const sourceScores: readonly Feature<PersonalSignals>[] = rankedSources.map((source) => ({
  name: `z_${source.replace('-', '_')}`,
  range: [-5, 5],
  read: ({ sources }) => clamp(sources[source].z, -5, 5),
}));
