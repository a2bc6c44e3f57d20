import type { Source } from '../pipeline/stages.js';
import { inScope, isOrigin, unseen } from './in-scope.js';

/** Below this cosine two papers share a language, not a subject. */
const MIN_COSINE = 0.05;

/** Papers whose content is nearest to the reader's taste, exactly. Score: cosine. */
export const similarToTasteSource = (limit: number, reserveMs: number): Source => ({
  name: 'similar',
  reserveMs,
  propose: (query) => (query.taste === null ? [] : nearest(query.taste, limit, query.state, unseen(query))),
});

/** Papers whose content is nearest to the learned state of the reader, exactly. Score: inner product. */
export const nearReaderStateSource = (limit: number, reserveMs: number): Source => ({
  name: 'reader-state',
  reserveMs,
  propose(query) {
    const { readerState, state } = query;
    if (readerState === null) return [];
    const found = state.vectors.nearest(readerState, limit, state.papers.before, unseen(query));
    return found.map(({ row, score }) => ({ paper: row, score }));
  },
});

/** Papers whose content is nearest to one paper, exactly. Score: cosine. */
export const similarToPaperSource = (limit: number): Source => ({
  name: 'similar',
  propose(query) {
    const { origin, state } = query;
    const vector = origin === null ? null : state.vectors.get(origin);
    if (vector === null) return [];
    const allowed = inScope(query);
    const sameWork = isOrigin(query);
    return nearest(vector, limit, state, (paper) => !sameWork(paper) && allowed(paper));
  },
});

const nearest = (
  vector: Float32Array,
  limit: number,
  { vectors, papers }: Parameters<Source['propose']>[0]['state'],
  accept: (paper: number) => boolean,
): { paper: number; score: number }[] =>
  vectors
    .nearest(vector, limit, papers.before, accept)
    .filter(({ score }) => score > MIN_COSINE)
    .map(({ row, score }) => ({ paper: row, score }));
