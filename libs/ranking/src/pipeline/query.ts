import type { RankRequest } from '#contracts';
import { HistoryProfile } from '../features/history-profile.js';
import type { StateParts } from '../state/state-parts.js';
import type { ReaderViews } from '../state/reader-view.js';
import type { Tastes } from '../state/taste.js';
import type { RankMoment } from './rank-outcome.js';
import type { RankQuery } from './stages.js';

export interface QueryReader {
  readonly state: StateParts;
  readonly views: ReaderViews;
  readonly tastes: Tastes;
  /** Learned states of readers; null without an encoder of them. */
  readonly readerStates: Tastes | null;
  readonly historyDepth: number;
}

/** Looks up all that a request names. An id that the state does not know is as if it were not named. */
export const readQuery = (
  { state, views, tastes, readerStates, historyDepth }: QueryReader,
  request: RankRequest,
  { now, seed }: RankMoment,
): RankQuery => {
  const reader = request.readerRef === undefined ? null : views.find(request.readerRef);
  const personal = reader !== null && request.surface === 'for-you';
  const resolve = (id: string): number | undefined => state.papers.resolve(id);
  const history = personal ? reader.history.filter(({ paper }) => state.papers.isLive(paper)).slice(0, historyDepth) : [];
  return {
    request,
    now,
    seed,
    state,
    reader,
    taste: personal ? tastes.of(reader.reader) : null,
    aversion: personal ? tastes.aversionOf(reader.reader) : null,
    readerState: personal && readerStates !== null ? readerStates.of(reader.reader) : null,
    history,
    profile: new HistoryProfile(state, history),
    scope: scopeOf(state, request),
    origin: request.surface !== 'similar' || request.paperId === undefined ? null : (resolve(request.paperId) ?? null),
    excluded: new Set(request.exclude.flatMap((id) => [state.papers.find(id) ?? [], resolve(id) ?? []].flat())),
    historyOf: (other) => views.historyOf(other),
  };
};

/** Papers under both the topic and the organisation asked for; an unknown name has none. */
const scopeOf = ({ entities, papers }: StateParts, { topic, org }: RankRequest): ReadonlySet<number> | null => {
  const sets = [
    ...(topic === undefined ? [] : [namedBy(entities.findCanonical('topic', topic))]),
    ...(org === undefined ? [] : [namedBy(entities.findCanonical('org', org))]),
  ];
  function namedBy(entity: number | undefined): ReadonlySet<number> {
    return new Set(entity === undefined ? [] : papers.naming(entity));
  }
  const [first, second] = sets;
  if (first === undefined) return null;
  return second === undefined ? first : new Set([...first].filter((paper) => second.has(paper)));
};
