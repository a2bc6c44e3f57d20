import { z } from 'zod';
import { paperIdSchema } from '#contracts';
import type { Checkpoint } from '#persistence';
import { Connector, type ConnectorItem, type Origin } from '../connector.js';
import type { SourceHttp } from '../http/source-http.js';
import { SourceFailure } from '../source.failure.js';
import { arxivId, paperOfArxivRecord } from './arxiv-record.js';
import { type OaiRecord, type OaiResponse, readOaiResponse } from './oai-response.js';

export interface ArxivHarvest {
  /** Days of arXiv's datestamps (last change), both included; without `since` everything is read. */
  readonly since?: string;
  readonly until?: string;
  /** OAI set, e.g. `cs` or `stat`. */
  readonly set?: string;
}

/** arXiv asks for no more than one request in three seconds, over one connection. */
export const ARXIV_INTERVAL_MS = 3_000;

/** `token`: in the middle of a list. `from`: the day to begin the next list with; its records may come twice, which is harmless. */
const checkpointSchema = z.object({ from: z.iso.date().optional(), token: z.string().optional() });
type Place = z.output<typeof checkpointSchema>;

type Page = Extract<OaiResponse, { kind: 'page' }>;

/** Harvests arXiv by OAI-PMH: lists by last change, continued by resumption tokens; deleted records withdraw their paper. */
export class ArxivConnector extends Connector {
  readonly name = 'arxiv';
  readonly scope: string;
  private position = 0;
  private size: number | null = null;

  constructor(
    private readonly base: URL,
    private readonly harvest: ArxivHarvest,
    private readonly http: SourceHttp,
  ) {
    super();
    this.scope = `${base.href}#${harvest.set ?? 'all'}`;
  }

  fraction(): number | null {
    return this.size === null || this.size === 0 ? null : Math.min(1, this.position / this.size);
  }

  override goesOnFrom(checkpoint: Checkpoint | null): string | null {
    const parsed = checkpointSchema.safeParse(checkpoint);
    const from = parsed.success ? parsed.data.from : undefined;
    return from !== undefined && this.harvest.since !== undefined && from > this.harvest.since ? from : null;
  }

  async *read(checkpoint: Checkpoint | null, signal: AbortSignal): AsyncIterable<ConnectorItem> {
    const parsed = checkpointSchema.safeParse(checkpoint);
    let place: Place = parsed.success ? parsed.data : this.start();
    let newest = place.from;
    const used = new Set<string>();
    for (;;) {
      const url = this.url(place);
      const { value: response } = await this.http.get(url, readOaiResponse, signal);
      if (response.kind === 'error') {
        if (response.code === 'noRecordsMatch') return;
        // Tokens expire within a day or so: the list is begun again from its day.
        if (response.code !== 'badResumptionToken' || place.token === undefined) throw this.refusedBy(url, response);
        place = place.from === undefined ? this.start() : { from: place.from };
        continue;
      }
      for (const [item, record] of response.records.entries()) {
        yield this.item(record, { file: url.href, item });
        if (newest === undefined || record.datestamp.slice(0, 10) > newest) newest = record.datestamp.slice(0, 10);
      }
      this.count(response);
      if (response.token === null) {
        yield { kind: 'mark', checkpoint: newest === undefined ? {} : { from: newest } };
        return;
      }
      if (used.has(response.token))
        throw new SourceFailure(`${url.host} answered a resumption token for the second time`, { url: url.href });
      used.add(response.token);
      place = { ...(place.from === undefined ? {} : { from: place.from }), token: response.token };
      yield { kind: 'mark', checkpoint: place };
    }
  }

  private start(): Place {
    return this.harvest.since === undefined ? {} : { from: this.harvest.since };
  }

  private url({ from, token }: Place): URL {
    const url = new URL(this.base);
    url.searchParams.set('verb', 'ListRecords');
    if (token !== undefined) {
      // The protocol allows no other argument beside a token.
      url.searchParams.set('resumptionToken', token);
      return url;
    }
    url.searchParams.set('metadataPrefix', 'arXiv');
    if (from !== undefined) url.searchParams.set('from', from);
    if (this.harvest.until !== undefined) url.searchParams.set('until', this.harvest.until);
    if (this.harvest.set !== undefined) url.searchParams.set('set', this.harvest.set);
    return url;
  }

  private item(record: OaiRecord, origin: Origin): ConnectorItem {
    if (record.metadata === null) {
      const id = paperIdSchema.safeParse(arxivId(record.identifier));
      if (id.success) return { kind: 'withdrawn', paperId: id.data };
      return { kind: 'refused', origin, problems: [{ field: 'header.identifier', rule: 'must be the id of a paper' }] };
    }
    const paper = paperOfArxivRecord(record);
    return paper.ok ? { kind: 'paper', paper: paper.value, origin } : { kind: 'refused', origin, problems: paper.problems };
  }

  private count(page: Page): void {
    this.position = (page.cursor ?? this.position) + page.records.length;
    this.size = page.size ?? this.size;
  }

  private refusedBy(url: URL, error: { code: string; message: string }): SourceFailure {
    return new SourceFailure(`${url.host} refused: ${error.code} ${error.message}`, { url: url.href, code: error.code });
  }
}
