import type { Source } from '../pipeline/stages.js';
import { unseen } from './in-scope.js';

/** Terms of the history that are searched for. The heaviest carry nearly all; each further one costs a list of the index. */
const TERMS = 40;

/** Papers that share the history's rare words: BM25 for the leading terms of its mean TF-IDF vector. Finds by the letter what content vectors of 128 numbers blur. Score: BM25. */
export const textSource = (limit: number, reserveMs: number): Source => ({
  name: 'text',
  reserveMs,
  propose(query) {
    if (query.history.length === 0) return [];
    const { search, papers } = query.state;
    return search.searchTerms(query.profile.words.leadingTerms(TERMS), limit, papers.before, unseen(query));
  },
});
