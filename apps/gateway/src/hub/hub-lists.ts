import { randomUUID } from 'node:crypto';
import { MAX_SLATE, type PaperId, type Period } from '#contracts';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { LiveCounts } from '../feeds/live-counts.js';
import type { PartFailures } from '../feeds/part-failures.js';
import type { Ranker } from '../feeds/ranker.js';
import { type HubRow, hubPaper, hubRows } from './hub-rows.js';

/** One page of `GET /api/daily_papers`. */
export interface DailyQuery {
  readonly p: number;
  readonly limit: number;
  readonly sort: 'publishedAt' | 'trending';
  /** Days of the feed to keep; absent: all. */
  readonly days?: readonly string[] | undefined;
  /** Window of the votes that make a paper trend; that of the days asked for. */
  readonly period: Period;
  readonly submitter?: string | undefined;
}

export interface HubPage {
  readonly rows: readonly HubRow[];
  /** Whether a further page has rows. */
  readonly more: boolean;
}

/** Lists in the Hub's form. Dates and pages come from the catalogue, order of trending and live counts from a ranker. */
export class HubLists {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly counts: LiveCounts,
    private readonly ranker: Ranker,
    private readonly deadlineMs: number,
    private readonly failures: PartFailures,
  ) {}

  async daily(query: DailyQuery): Promise<HubPage> {
    const [from, to] = [query.p * query.limit, (query.p + 1) * query.limit];
    if (query.sort === 'publishedAt' && query.days === undefined && query.submitter === undefined) {
      const ids = this.catalogue.newest(from, query.limit + 1);
      return this.page(ids.slice(0, query.limit), ids.length > query.limit);
    }
    const chosen = this.chosen(query);
    const bounded = query.days !== undefined || query.submitter !== undefined;
    const ids = query.sort === 'trending' ? await this.byTrend(chosen, query.period, bounded) : chosen;
    return this.page(ids.slice(from, to), ids.length > to);
  }

  async search(query: string, limit: number): Promise<HubPage> {
    const found = query.trim() === '' ? this.catalogue.newest(0, limit) : await this.found(query, limit);
    return this.page(found, false);
  }

  /** The paper object itself, or undefined for an unknown id. */
  async paper(id: PaperId): Promise<ReturnType<typeof hubPaper> | undefined> {
    const paper = this.catalogue.find(id);
    if (paper === undefined) return undefined;
    const counts = await this.counts.of([paper.id]);
    return hubPaper(paper, counts.get(paper.id) ?? paper);
  }

  private async page(ids: readonly PaperId[], more: boolean): Promise<HubPage> {
    return { rows: hubRows(ids, (id) => this.catalogue.find(id), await this.counts.of(ids)), more };
  }

  private chosen({ days, submitter }: DailyQuery): readonly PaperId[] {
    const ids = days === undefined ? [...this.catalogue.all()].map(({ id }) => id) : this.catalogue.onDays(days);
    return submitter === undefined ? ids : ids.filter((id) => this.catalogue.find(id)?.submitter === submitter);
  }

  /**
   * Papers of the trending slate first, in its order; the others follow by their votes, then newest first. Votes are ours and those the
   * source showed where the list has a bound; over the whole catalogue, where nobody pages to the end, only those the source showed.
   */
  private async byTrend(ids: readonly PaperId[], period: Period, bounded: boolean): Promise<readonly PaperId[]> {
    const slate = new Map((await this.slate(period)).map((id, place) => [id, place]));
    const shown = (id: PaperId): number => this.catalogue.find(id)?.upvotes ?? 0;
    const others = ids.filter((id) => !slate.has(id)).sort((a, b) => shown(b) - shown(a));
    const counts = bounded ? await this.counts.of(others) : undefined;
    const votes = (id: PaperId): number => counts?.get(id)?.upvotes ?? shown(id);
    const trending = ids.filter((id) => slate.has(id)).sort((a, b) => (slate.get(a) ?? 0) - (slate.get(b) ?? 0));
    return [...trending, ...others.sort((a, b) => votes(b) - votes(a))];
  }

  private async slate(period: Period): Promise<readonly PaperId[]> {
    try {
      const answer = await this.ranker.rank(
        { requestId: randomUUID(), surface: 'trending', period, limit: MAX_SLATE, exclude: [], explain: false, shown: false },
        this.deadlineMs,
      );
      return answer.items.map(({ paperId }) => paperId);
    } catch (error) {
      this.failures.report('hub-trending', error);
      return [];
    }
  }

  private async found(query: string, limit: number): Promise<readonly PaperId[]> {
    try {
      const answer = await this.ranker.rank(
        { requestId: randomUUID(), surface: 'search', period: 'all', query, limit, exclude: [], explain: false },
        this.deadlineMs,
      );
      return answer.items.map(({ paperId }) => paperId);
    } catch (error) {
      this.failures.report('hub-search', error);
      return this.titles(query, limit);
    }
  }

  private titles(query: string, limit: number): readonly PaperId[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const ids: PaperId[] = [];
    for (const { id, title } of this.catalogue.all()) {
      if (ids.length >= limit) break;
      if (words.every((word) => title.toLowerCase().includes(word))) ids.push(id);
    }
    return ids;
  }
}
