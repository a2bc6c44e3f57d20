import type { Source } from '../pipeline/stages.js';
import { DAY_MS } from '../state/clock.js';
import { TopPlaces } from '../state/top-places.js';
import { inScope } from './in-scope.js';

/** The newest papers by followed authors, topics and organisations. `via`: the entity followed. Score: days since 1970. */
export const followedSource = (limit: number): Source => ({
  name: 'followed',
  propose(query) {
    const { reader, state } = query;
    if (reader === null || reader.followed.size === 0) return [];
    const allowed = inScope(query);
    const viaOf = new Map<number, number>();
    const entities = [...reader.followed].sort((a, b) => (state.entities.keyOf(a) < state.entities.keyOf(b) ? -1 : 1));
    for (const entity of entities) {
      for (const paper of state.papers.naming(entity)) if (!viaOf.has(paper) && allowed(paper)) viaOf.set(paper, entity);
    }
    const best = new TopPlaces(limit, state.papers.before);
    for (const paper of viaOf.keys()) best.offer(paper, state.papers.factsOf(paper)!.since / DAY_MS);
    return best.sorted().map(({ place, score }) => ({ paper: place, score, via: viaOf.get(place)! }));
  },
});
