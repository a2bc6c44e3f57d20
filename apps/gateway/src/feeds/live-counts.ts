import { randomUUID } from 'node:crypto';
import { MAX_SLATE, type PaperId } from '#contracts';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { PartFailures } from './part-failures.js';
import type { Ranker } from './ranker.js';

export interface Counts {
  readonly upvotes: number;
  readonly comments: number;
}

/** Counts are an ornament of a list that is already known: they may cost this much and no more. */
const DEADLINE_MS = 150;

/** Upvotes and comments as of now. The rankers count them from the log; without a ranker the counts of the paper's source stand in. */
export class LiveCounts {
  constructor(
    private readonly ranker: Ranker,
    private readonly catalogue: Catalogue,
    private readonly failures: PartFailures,
  ) {}

  /** Counts of the papers that are known, at most 200 of them live. Never fails. */
  async of(ids: readonly PaperId[]): Promise<ReadonlyMap<PaperId, Counts>> {
    const counts = new Map<PaperId, Counts>();
    for (const id of ids) {
      const paper = this.catalogue.find(id);
      if (paper !== undefined) counts.set(id, { upvotes: paper.upvotes, comments: paper.comments });
    }
    for (const { paperId, upvotes, comments } of await this.live([...counts.keys()].slice(0, MAX_SLATE)))
      counts.set(paperId, { upvotes, comments });
    return counts;
  }

  /** A pinned slate in `latest` is hydrated by the ranker and not reordered. */
  private async live(ids: PaperId[]): Promise<readonly (Counts & { readonly paperId: PaperId })[]> {
    if (ids.length === 0) return [];
    try {
      const answer = await this.ranker.rank(
        { requestId: randomUUID(), surface: 'latest', period: 'all', limit: ids.length, exclude: [], explain: false, pinned: ids },
        DEADLINE_MS,
      );
      return answer.items;
    } catch (error) {
      this.failures.report('counts', error);
      return [];
    }
  }
}
