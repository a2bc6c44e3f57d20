import type { Proposal, Source } from '../pipeline/stages.js';
import { TopPlaces } from '../state/top-places.js';
import { unseen } from './in-scope.js';

/** What a link over one paper in between counts beside a direct one. */
const SECOND_HAND = 0.5;
/** Papers with more links than this lead nowhere in particular, and would cost the most: what lies behind them is not gone through, on either step. Bounds a request to 60,000 steps. */
const HUB = 50;
/** Weights are added up as whole numbers of this size: sums of integers do not depend on the order in which papers came. */
const UNIT = 2 ** -32;

/**
 * Papers that the history cites or that cite it, and those that a paper in between joins to it (cited together, or citing the same). Each step is divided by the root of both
 * numbers of links, so a survey that cites everything says little. Source: cosine-normalised citation and co-citation (Small 1973).
 * Score: sum over the history of strength * weight. `via`: the paper of the history that speaks most for it.
 */
export const citedSource = (limit: number, reserveMs: number): Source => {
  const totals = new Totals();
  return {
    name: 'cited',
    reserveMs,
    propose(query) {
      const { papers } = query.state;
      totals.begin(papers.size);
      for (const { paper, strength } of query.history) {
        const links = papers.linksOf(paper);
        for (const near of links) {
          const step = strength / Math.sqrt(links.length * papers.linkCountOf(near));
          totals.add(near, step, paper);
          if (links.length > HUB || papers.linkCountOf(near) > HUB) continue;
          const [nearby, half] = [papers.linksOf(near), SECOND_HAND * step];
          for (const far of nearby) if (far !== paper) totals.add(far, half / Math.sqrt(nearby.length * papers.linkCountOf(far)), paper);
        }
      }
      return totals.best(new TopPlaces(limit, papers.before), unseen(query));
    },
  };
};

/** Sums of weights by paper, and which paper of the history gave the largest: columns as long as the catalogue, since there are tens of thousands of steps. */
class Totals {
  private scores = new Float64Array(0);
  private most = new Float64Array(0);
  private vias = new Uint32Array(0);
  private readonly touched: number[] = [];

  /** Forgets the sums of before. @param papers numbers below this may be added to. */
  begin(papers: number): void {
    for (const paper of this.touched) {
      this.scores[paper] = 0;
      this.most[paper] = 0;
    }
    this.touched.length = 0;
    if (papers <= this.scores.length) return;
    const length = Math.ceil(papers * 1.25);
    [this.scores, this.most, this.vias] = [new Float64Array(length), new Float64Array(length), new Uint32Array(length)];
  }

  add(paper: number, weight: number, via: number): void {
    const units = Math.round(weight / UNIT);
    if (units === 0) return;
    if (this.scores[paper] === 0) this.touched.push(paper);
    this.scores[paper]! += units;
    if (units <= this.most[paper]!) return;
    this.most[paper] = units;
    this.vias[paper] = via;
  }

  best(top: TopPlaces, accept: (paper: number) => boolean): Proposal[] {
    for (const paper of this.touched) {
      const score = this.scores[paper]! * UNIT;
      if (score >= top.threshold && accept(paper)) top.offer(paper, score);
    }
    return top.sorted().map(({ place, score }) => ({ paper: place, score, via: this.vias[place]! }));
  }
}
