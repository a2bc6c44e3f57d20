import type { Filter } from '../pipeline/stages.js';
import { entitiesOf } from '../state/paper-table.js';

/** Papers that name an author, topic or organisation which this reader muted. */
export const muted: Filter = {
  name: 'muted',
  rejects({ reader, state }, { paper }) {
    const facts = state.papers.factsOf(paper);
    if (reader === null || reader.muted.size === 0 || facts === null) return false;
    for (const entity of entitiesOf(facts)) if (reader.muted.has(state.entities.canonicalOf(entity))) return true;
    return false;
  },
};
