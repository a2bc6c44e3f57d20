import type { Proposal, Source } from '../pipeline/stages.js';
import { inScope } from './in-scope.js';

/** How far a paper named by its id stands above the best match of words. */
const EXACT_LEAD = 1;

/** Papers that match the query: the one whose id or alias it is, then by BM25 over title, authors and abstract. */
export const searchSource = (limit: number): Source => ({
  name: 'search',
  propose(query) {
    const { state, request } = query;
    const text = request.query ?? '';
    const allowed = inScope(query);
    const exact = exactMatch(text, (id) => state.papers.resolve(id));
    const hits = state.search.search(text, limit, state.papers.before, (paper) => paper !== exact && allowed(paper));
    const proposals: Proposal[] = hits.map(({ paper, score }) => ({ paper, score }));
    if (exact === undefined || !allowed(exact)) return proposals;
    return [{ paper: exact, score: (hits[0]?.score ?? 0) + EXACT_LEAD }, ...proposals].slice(0, limit);
  },
});

/** An id as people paste it: bare, as `arXiv:2310.01234`, with a version, or as the end of a link. */
const exactMatch = (text: string, resolve: (id: string) => number | undefined): number | undefined => {
  const bare = text
    .trim()
    .replace(/^https?:\/\/(?:dx\.)?(?:doi\.org|arxiv\.org\/(?:abs|pdf)|huggingface\.co\/papers)\//i, '')
    .replace(/^arxiv:/i, '');
  return resolve(bare) ?? resolve(bare.replace(/(?:v\d+)?(?:\.pdf)?$/, ''));
};
