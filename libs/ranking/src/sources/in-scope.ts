import type { RankQuery } from '../pipeline/stages.js';
import { anyVersion } from '../pipeline/shown-version.js';

/** Whether a paper may be proposed at all: alive, and under the topic and organisation asked for. */
export const inScope =
  ({ state, scope }: RankQuery) =>
  (paper: number): boolean =>
    state.papers.isLive(paper) && (scope === null || scope.has(paper));

/**
 * The same, without what the reader has dealt with. Filters would drop those anyway and count them, but the nearest papers to a taste *are* the papers it is made of: left in,
 * they would use up all the places.
 */
export const unseen = (query: RankQuery): ((paper: number) => boolean) => {
  const { reader, state } = query;
  const allowed = inScope(query);
  if (reader === null) return allowed;
  const dealtWith = (paper: number): boolean =>
    reader.chosen.has(paper) || reader.hidden.has(paper) || state.read.has(reader.reader, paper);
  return (paper) => allowed(paper) && !anyVersion(state, paper, dealtWith);
};

/** Whether a paper is the one that `similar` starts from, in any version. */
export const isOrigin = ({ origin, state }: RankQuery): ((paper: number) => boolean) => {
  const records = new Set(origin === null ? [] : [origin, ...state.papers.versionsOf(origin)]);
  return (paper) => records.has(paper);
};
