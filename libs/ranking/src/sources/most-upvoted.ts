import type { StateParts } from '../state/state-parts.js';
import { TopPlaces } from '../state/top-places.js';

/** Papers whose own source shows the most upvotes. Made again only when a paper's record changed, since our readers' votes do not enter. */
export class MostUpvoted {
  private made: { readonly revision: number; readonly limit: number; readonly papers: readonly number[] } | null = null;

  constructor(private readonly state: StateParts) {}

  papers(limit: number): readonly number[] {
    const { papers, fresh } = this.state;
    if (this.made?.revision !== papers.revision || this.made.limit !== limit) {
      const best = new TopPlaces(limit, papers.before);
      for (const paper of fresh.papers()) {
        const upvotes = papers.factsOf(paper)?.upvotes ?? 0;
        if (upvotes > 0) best.offer(paper, upvotes);
      }
      this.made = { revision: papers.revision, limit, papers: best.sorted().map(({ place }) => place) };
    }
    return this.made.papers;
  }
}
