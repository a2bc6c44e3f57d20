import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { readerToken } from '../../../scripts/start/reader-tokens.js';

export interface FeedLoadOptions {
  /** Address for the next request. */
  readonly pick: () => string;
  readonly tokenSecret: string;
  readonly perSecond: number;
  /** Part of the requests that ask for a reader's own feed; the others ask for trending and latest. */
  readonly personalShare: number;
}

/** What became of the requests since the last `take`. */
export interface FeedTally {
  readonly total: number;
  readonly ok: number;
  /** Answers 200 that say `degraded`. */
  readonly degraded: number;
  readonly personal: number;
  readonly personalDegraded: number;
  /** What was not answered 200, by status or error code. */
  readonly failures: ReadonlyMap<string, number>;
  readonly latenciesMs: readonly number[];
}

const READERS = 50;
const TICK_MS = 10;
const REQUEST_LIMIT_MS = 10_000;
/** Requests under way at once; more would say that the machine is too slow for the rate, and are not sent. */
const MOST_OPEN = 400;

const empty = () => ({
  total: 0,
  ok: 0,
  degraded: 0,
  personal: 0,
  personalDegraded: 0,
  failures: new Map<string, number>(),
  latenciesMs: [] as number[],
});

/** Asks for feeds at an even rate, whether the last ones were answered or not. Nothing is asked twice. */
export class FeedLoad {
  private readonly agent = new Agent({ connections: 64, headersTimeout: REQUEST_LIMIT_MS, bodyTimeout: REQUEST_LIMIT_MS });
  private readonly stopping = new AbortController();
  private readonly open = new Set<Promise<void>>();
  private readonly work: Promise<void>;
  private tally = empty();
  private number = 0;

  private constructor(
    private readonly options: FeedLoadOptions,
    private readonly tokens: readonly string[],
  ) {
    this.work = this.run();
  }

  static async start(options: FeedLoadOptions): Promise<FeedLoad> {
    const tokens = Array.from({ length: READERS }, (_, reader) => readerToken(`faults-reader-${reader}`, options.tokenSecret));
    return new FeedLoad(options, await Promise.all(tokens));
  }

  /** The tally so far, and begins a new one. Requests under way count in the next. */
  take(): FeedTally {
    const { tally } = this;
    this.tally = empty();
    return tally;
  }

  /** Waits for the answers under way. */
  async stop(): Promise<FeedTally> {
    this.stopping.abort();
    await this.work;
    await Promise.all(this.open);
    await this.agent.destroy();
    return this.take();
  }

  private async run(): Promise<void> {
    const began = performance.now();
    let due = 0;
    while (!this.stopping.signal.aborted) {
      const wanted = ((performance.now() - began) / 1000) * this.options.perSecond;
      for (; due < wanted; due += 1) {
        if (this.open.size >= MOST_OPEN) continue;
        const asked = this.ask().finally(() => this.open.delete(asked));
        this.open.add(asked);
      }
      await sleep(TICK_MS);
    }
  }

  private async ask(): Promise<void> {
    const number = this.number++;
    const personal = (number % 100) / 100 < this.options.personalShare;
    const path = personal
      ? '/v1/feeds/for-you?limit=20'
      : number % 2 === 0
        ? '/v1/feeds/trending?period=all&limit=20'
        : '/v1/feeds/latest?limit=20';
    const headers = personal ? { authorization: `Bearer ${this.tokens[number % READERS] ?? ''}` } : {};
    const began = performance.now();
    const { tally } = this;
    tally.total += 1;
    if (personal) tally.personal += 1;
    try {
      const { statusCode, body } = await request(`${this.options.pick()}${path}`, { headers, dispatcher: this.agent });
      const text = await body.text();
      if (statusCode !== 200) return this.failed(tally.failures, `status ${statusCode} at ${path.split('?')[0] ?? ''}`);
      const { degraded, items } = JSON.parse(text) as { degraded: readonly string[]; items: readonly unknown[] };
      if (items.length === 0) return this.failed(tally.failures, `an empty feed at ${path.split('?')[0] ?? ''}`);
      tally.ok += 1;
      if (degraded.length > 0) tally.degraded += 1;
      if (degraded.length > 0 && personal) tally.personalDegraded += 1;
      tally.latenciesMs.push(performance.now() - began);
    } catch (error) {
      this.failed(tally.failures, (error as { code?: string }).code ?? String(error));
    }
  }

  private failed(failures: Map<string, number>, what: string): void {
    failures.set(what, (failures.get(what) ?? 0) + 1);
  }
}

/** `status 503 x 3, ECONNRESET x 1` */
export const failuresText = ({ failures }: FeedTally): string =>
  [...failures].map(([what, count]) => `${what} x ${count}`).join(', ') || 'none';
