import type { RankQuery } from '../pipeline/stages.js';

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
  return (paper) => allowed(paper) && !reader.chosen.has(paper) && !reader.hidden.has(paper) && !state.read.has(reader.reader, paper);
};
