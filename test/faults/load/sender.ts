import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { readerToken } from '../../../scripts/start/reader-tokens.js';
import type { History } from '../checker/history.js';
import type { ScenarioRun } from '../scenario.js';

export interface SenderOptions {
  /** Gateways; asked in turn. */
  readonly urls: readonly string[];
  readonly tokenSecret: string;
  /** Papers to speak of. */
  readonly papers: readonly string[];
  readonly history: History;
  /** Goes into every event as `client`, by which the archive's rows of this run are found, and into every id. */
  readonly client: string;
  /** Lanes that send at the same time. A reader belongs to one lane, which waits for each answer: so the order of a reader's events is known. */
  readonly width: number;
  readonly batch: number;
}

export interface SendPlan {
  readonly events: number;
  /** Events a second; as fast as it goes when absent. */
  readonly perSecond?: number;
  /** Stop early, with what was sent till then. */
  readonly until?: AbortSignal;
}

const READERS_PER_LANE = 8;
const AGAIN_MS = 100;
const REQUEST_LIMIT_MS = 15_000;
const actions = ['impression', 'open', 'dwell', 'upvote', 'save'] as const;

interface EventInput {
  readonly id: string;
  readonly [field: string]: unknown;
}

type Result = { readonly id: string } & (
  { readonly status: 'accepted' | 'duplicate' } | { readonly status: 'refused'; readonly code: string; readonly retryable: boolean }
);

/** A client that does what ours promise to survive: it sends in batches, and what was not confirmed it sends again under the same ids. */
export class Sender {
  private readonly agent: Agent;
  private readonly tokens = new Map<string, Promise<string>>();
  private next = 0;
  private asked = 0;
  /** Tries that were not answered with a result for each event, by status or error code. */
  readonly failures = new Map<string, number>();

  constructor(private readonly options: SenderOptions) {
    this.agent = new Agent({ connections: options.width, headersTimeout: REQUEST_LIMIT_MS, bodyTimeout: REQUEST_LIMIT_MS });
  }

  /** Sends until every event has a final answer. Answers the seconds it took. */
  async send({ events, perSecond, until }: SendPlan): Promise<{ readonly seconds: number; readonly events: number }> {
    const { width, batch } = this.options;
    const began = performance.now();
    const batches = Math.ceil(events / batch);
    let taken = 0;
    let sent = 0;
    const lane = async (place: number): Promise<void> => {
      for (let turn = 0; taken < batches && until?.aborted !== true; turn += 1) {
        const number = taken++;
        const size = Math.min(batch, events - number * batch);
        const wait = perSecond === undefined ? 0 : began + (number * batch * 1000) / perSecond - performance.now();
        if (wait > 0) await sleep(wait);
        const reader = `${this.options.client}-${place}-${turn % READERS_PER_LANE}`;
        await this.confirmed(reader, this.newEvents(size, reader));
        sent += size;
      }
    };
    await Promise.all(Array.from({ length: width }, (_, place) => lane(place)));
    return { seconds: (performance.now() - began) / 1000, events: sent };
  }

  /** `503 x 12, ECONNRESET x 2` */
  get failureText(): string {
    return [...this.failures].map(([what, count]) => `${what} x ${count}`).join(', ') || 'none';
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private newEvents(size: number, reader: string): EventInput[] {
    const { client, papers, history } = this.options;
    return Array.from({ length: size }, () => {
      const number = this.next++;
      const id = `${client}-${String(number).padStart(8, '0')}`;
      history.sends(id, reader);
      const action = actions[number % actions.length]!;
      return {
        id,
        time: new Date().toISOString(),
        action,
        target: { kind: 'paper', id: papers[(number * 7919) % papers.length]! },
        client,
        ...(action === 'upvote' || action === 'save' ? { on: true } : {}),
        ...(action === 'dwell' ? { value: number % 600 } : {}),
      };
    });
  }

  private async confirmed(reader: string, events: readonly EventInput[]): Promise<void> {
    for (let open = events; open.length > 0;) {
      const results = await this.attempt(reader, open);
      if (results !== null) open = this.unsettled(open, results);
      if (open.length > 0) await sleep(AGAIN_MS * (1 + Math.random()));
    }
  }

  /** Takes the answers down; answers the events that have to be sent again. */
  private unsettled(events: readonly EventInput[], results: readonly Result[]): readonly EventInput[] {
    const { history } = this.options;
    return events.filter(({ id }, index) => {
      const result = results[index];
      if (result === undefined) return true;
      if (result.status !== 'refused') history.accepts(id);
      else if (!result.retryable) history.refuses(id, result.code);
      return result.status === 'refused' && result.retryable;
    });
  }

  /** null: no result for the events; nothing is known of what became of them. */
  private async attempt(subject: string, events: readonly EventInput[]): Promise<readonly Result[] | null> {
    const { urls, tokenSecret } = this.options;
    const url = urls[this.asked++ % urls.length]!;
    try {
      const token = await this.token(subject, tokenSecret);
      const { statusCode, body } = await request(`${url}/v1/interactions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events }),
        dispatcher: this.agent,
      });
      const { results } = (await body.json()) as { results?: Result[] };
      if (results === undefined) this.failed(String(statusCode));
      return results ?? null;
    } catch (error) {
      this.failed((error as { code?: string }).code ?? String(error));
      return null;
    }
  }

  private failed(what: string): void {
    this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
  }

  private token(subject: string, secret: string): Promise<string> {
    const token = this.tokens.get(subject) ?? readerToken(subject, secret);
    this.tokens.set(subject, token);
    return token;
  }
}

/** A sender of this run, through all gateways, about the papers that they show. */
export const senderFor = async (
  { fleet, label }: Pick<ScenarioRun, 'fleet' | 'label'>,
  history: History,
  { width = 4, batch = 100 }: Partial<Pick<SenderOptions, 'width' | 'batch'>> = {},
): Promise<Sender> =>
  new Sender({
    urls: fleet.gateways.map(({ url }) => url),
    tokenSecret: fleet.secrets.tokens,
    papers: await papersOf(fleet.url),
    history,
    client: label,
    width,
    batch,
  });

/** Ids of the papers that a gateway shows. */
export const papersOf = async (url: string): Promise<readonly string[]> => {
  const answer = await fetch(`${url}/v1/feeds/trending?period=all&limit=50`);
  const { items } = (await answer.json()) as { items: { paper: { id: string } }[] };
  return items.map(({ paper }) => paper.id);
};
