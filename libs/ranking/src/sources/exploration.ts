import type { Source } from '../pipeline/stages.js';
import { TopPlaces } from '../state/top-places.js';
import { unseen } from './in-scope.js';

/** How far into the newest papers we explore. */
const RECENT = 1000;

/**
 * The pool that chance may draw from: of the newest papers, those that readers were shown least. Fixed by state alone; the draw, and its logged chance, are the selector's
 * (`exploration-slots`), so that propensity is exact. Score: minus impressions, newest first within the same number.
 */
export const explorationSource = (limit: number, reserveMs: number): Source => ({
  name: 'exploration',
  reserveMs,
  propose(query) {
    const { state } = query;
    const allowed = unseen(query);
    const best = new TopPlaces(limit, state.papers.before);
    state.fresh
      .papers()
      .slice(0, RECENT)
      .forEach((paper, place) => {
        if (allowed(paper)) best.offer(paper, -state.decayed.impressionsOf(paper) - place / RECENT);
      });
    return best.sorted().map(({ place, score }) => ({ paper: place, score }));
  },
});
