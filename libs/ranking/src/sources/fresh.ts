import type { Proposal, Source } from '../pipeline/stages.js';
import { DAY_MS } from '../state/clock.js';
import { inScope } from './in-scope.js';

/** The newest papers by the day they were listed, else published. Score: days since 1970. */
export const freshSource = (limit: number): Source => ({
  name: 'fresh',
  propose(query) {
    const { state } = query;
    const allowed = inScope(query);
    const found: Proposal[] = [];
    for (const paper of state.fresh.papers()) {
      if (found.length === limit) break;
      if (allowed(paper)) found.push({ paper, score: state.papers.factsOf(paper)!.since / DAY_MS });
    }
    return found;
  },
});
