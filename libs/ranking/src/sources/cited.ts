import type { Proposal, Source } from '../pipeline/stages.js';
import { TopPlaces } from '../state/top-places.js';
import type { PaperTable } from '../state/paper-table.js';
import { unseen } from './in-scope.js';

/** What a link over one paper in between counts beside a direct one. */
const SECOND_HAND = 0.5;
/** Papers with more links than this lead nowhere in particular, and would cost the most. */
const HUB = 200;

/**
 * Papers that the history cites or that cite it, and those that a paper in between joins to it (cited together, or citing the same). Each step is divided by the root of both
 * numbers of links, so a survey that cites everything says little. Source: cosine-normalised citation and co-citation (Small 1973).
 * Score: sum over the history of strength * weight. `via`: the paper of the history that speaks most for it.
 */
export const citedSource = (limit: number, reserveMs: number): Source => ({
  name: 'cited',
  reserveMs,
  propose(query) {
    const { papers } = query.state;
    const linksOf = remembered(papers);
    const allowed = unseen(query);
    const totals = new Map<number, { score: number; via: number; most: number }>();
    const give = (paper: number, via: number, score: number): void => {
      const total = totals.get(paper);
      if (total === undefined) totals.set(paper, { score, via, most: score });
      else {
        total.score += score;
        if (score > total.most) Object.assign(total, { via, most: score });
      }
    };
    for (const { paper, strength } of query.history) {
      const links = linksOf(paper);
      for (const near of links) {
        const nearby = linksOf(near);
        const step = strength / Math.sqrt(links.length * nearby.length);
        give(near, paper, step);
        if (nearby.length > HUB) continue;
        for (const far of nearby)
          if (far !== paper) give(far, paper, (SECOND_HAND * step) / Math.sqrt(nearby.length * linksOf(far).length));
      }
    }
    const best = new TopPlaces(limit, papers.before);
    for (const [paper, { score }] of totals) if (allowed(paper)) best.offer(paper, score);
    return best.sorted().map(({ place, score }): Proposal => ({ paper: place, score, via: totals.get(place)!.via }));
  },
});

/** Papers joined to one by a citation either way, each once. */
const remembered = (papers: PaperTable): ((paper: number) => readonly number[]) => {
  const known = new Map<number, readonly number[]>();
  return (paper) => {
    let links = known.get(paper);
    if (links === undefined) {
      links = [...new Set([...papers.citedBy(paper), ...papers.citersOf(paper)])];
      known.set(paper, links);
    }
    return links;
  };
};
