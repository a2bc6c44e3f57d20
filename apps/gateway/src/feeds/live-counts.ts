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
/** Papers counted live in one go, as calls of one slate each, side by side: a month of the feed, and a bound for the rankers. */
const MAX_LIVE = 5 * MAX_SLATE;

/** Upvotes and comments as of now. The rankers count them from the log; without a ranker the counts of the paper's source stand in. */
export class LiveCounts {
  constructor(
    private readonly ranker: Ranker,
    private readonly catalogue: Catalogue,
    private readonly failures: PartFailures,
  ) {}

  /** Counts of the papers that are known, the first 1,000 of them live. Never fails. */
  async of(ids: readonly PaperId[]): Promise<ReadonlyMap<PaperId, Counts>> {
    const counts = new Map<PaperId, Counts>();
    for (const id of ids) {
      const paper = this.catalogue.find(id);
      if (paper !== undefined) counts.set(id, { upvotes: paper.upvotes, comments: paper.comments });
    }
    const live = await Promise.all(slates([...counts.keys()].slice(0, MAX_LIVE)).map((slate) => this.live(slate)));
    for (const { paperId, upvotes, comments } of live.flat()) counts.set(paperId, { upvotes, comments });
    return counts;
  }

  /** A pinned slate in `latest` is hydrated by the ranker and not reordered. */
  private async live(ids: PaperId[]): Promise<readonly (Counts & { readonly paperId: PaperId })[]> {
    try {
      const answer = await this.ranker.rank(
        {
          requestId: randomUUID(),
          surface: 'latest',
          period: 'all',
          limit: ids.length,
          exclude: [],
          explain: false,
          pinned: ids,
          shown: false,
        },
        DEADLINE_MS,
      );
      return answer.items;
    } catch (error) {
      this.failures.report('counts', error);
      return [];
    }
  }
}

const slates = (ids: readonly PaperId[]): PaperId[][] =>
  Array.from({ length: Math.ceil(ids.length / MAX_SLATE) }, (_, index) => ids.slice(index * MAX_SLATE, (index + 1) * MAX_SLATE));
