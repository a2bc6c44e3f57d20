import { z } from 'zod';
import type { Checkpoint } from '#persistence';
import { Connector, type ConnectorItem } from '../connector.js';
import { nextLink } from '../http/link-header.js';
import type { SourceHttp } from '../http/source-http.js';
import { SourceFailure } from '../source.failure.js';
import { paperOfHubRow } from './hub-row.js';

export interface HubRange {
  /** First and last day of the feed, both included, as `2025-10-28`. */
  readonly since: string;
  readonly until: string;
}

/** The last day that is durable. It is read again next time: votes and late submissions still change it. */
const checkpointSchema = z.object({ day: z.iso.date() });

const PAGE = 100;
const DAY_MS = 86_400_000;

const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const daysBetween = ({ since, until }: HubRange): string[] => {
  const days: string[] = [];
  for (let at = startOf(since); at <= startOf(until); at += DAY_MS) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
};

const readRows = (body: string): readonly unknown[] => {
  const value: unknown = JSON.parse(body);
  if (!Array.isArray(value)) throw new Error('expected a list of papers');
  return value;
};

/** Reads the Hub's daily-papers API day by day, each page by page. */
export class HubConnector extends Connector {
  readonly name = 'hub';
  readonly scope: string;
  private done = 0;
  private total: number | null = null;

  constructor(
    private readonly base: URL,
    private readonly range: HubRange,
    private readonly http: SourceHttp,
  ) {
    super();
    this.scope = new URL('/api/daily_papers', base).href;
  }

  fraction(): number | null {
    return this.total === null ? null : this.total === 0 ? 1 : this.done / this.total;
  }

  override goesOnFrom(checkpoint: Checkpoint | null): string | null {
    const parsed = checkpointSchema.safeParse(checkpoint);
    return parsed.success && parsed.data.day > this.range.since ? parsed.data.day : null;
  }

  async *read(checkpoint: Checkpoint | null, signal: AbortSignal): AsyncIterable<ConnectorItem> {
    const since = this.goesOnFrom(checkpoint) ?? this.range.since;
    const days = daysBetween({ since, until: this.range.until });
    this.total = days.length;
    for (const day of days) {
      yield* this.day(day, signal);
      this.done += 1;
      yield { kind: 'mark', checkpoint: { day } };
    }
  }

  private async *day(day: string, signal: AbortSignal): AsyncIterable<ConnectorItem> {
    const seen = new Set<string>();
    let url: URL | null = new URL(`/api/daily_papers?date=${day}&p=0&limit=${PAGE}`, this.base);
    while (url !== null) {
      // A server whose last page links to itself would keep us for ever.
      if (seen.has(url.href)) throw new SourceFailure(`${url.host} links back to a page that was read already`, { url: url.href });
      seen.add(url.href);
      const page: { value: readonly unknown[]; headers: Headers } = await this.http.get(url, readRows, signal);
      for (const [item, row] of page.value.entries()) {
        const origin = { file: url.href, item };
        const paper = paperOfHubRow(row, day, 'hub');
        yield paper.ok ? { kind: 'paper', paper: paper.value, origin } : { kind: 'refused', origin, problems: paper.problems };
      }
      url = page.value.length === 0 ? null : this.sameHost(nextLink(page.headers.get('link'), url));
    }
  }

  /** A next link is followed on the host that we were told to read, and nowhere else. */
  private sameHost(next: URL | null): URL | null {
    return next === null || next.host === this.base.host ? next : new URL(next.pathname + next.search, this.base);
  }
}
