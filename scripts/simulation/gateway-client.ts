import { z } from 'zod';
import { readerToken } from '../start/reader-tokens.js';

const feedSchema = z.object({
  requestId: z.string(),
  items: z.array(z.object({ paper: z.object({ id: z.string(), title: z.string(), topics: z.array(z.string()).default([]) }) })),
});

export interface ShownFeed {
  readonly requestId: string;
  readonly papers: readonly { readonly id: string; readonly title: string; readonly topics: readonly string[] }[];
}

/** The gateway asks for patience: 429, 5xx, or no answer at all. */
export class GatewayBusy extends Error {
  constructor(
    readonly waitMs: number,
    why: string,
  ) {
    super(why);
  }
}

const DEFAULT_WAIT_MS = 1_000;
const LIMIT_MS = 15_000;

/** Speaks to the gateway as any client would: HTTP and a token, nothing else. */
export class GatewayClient {
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly url: string,
    private readonly secret: string,
  ) {}

  async feed(path: string, subject: string): Promise<ShownFeed> {
    const answer = await this.send(path, subject);
    const { requestId, items } = feedSchema.parse(await answer.json());
    return { requestId, papers: items.map(({ paper }) => paper) };
  }

  async record(events: readonly object[], subject: string): Promise<void> {
    const answer = await this.send('/v1/interactions', subject, { events });
    await answer.arrayBuffer();
  }

  private async send(path: string, subject: string, body?: object): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(`${this.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${await this.token(subject)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
    } catch (error) {
      throw new GatewayBusy(DEFAULT_WAIT_MS, error instanceof Error ? error.message : 'no answer');
    }
    if (answer.ok) return answer;
    const text = await answer.text();
    if (answer.status === 429 || answer.status >= 500) {
      const seconds = Number(answer.headers.get('retry-after'));
      throw new GatewayBusy(seconds > 0 ? seconds * 1_000 : DEFAULT_WAIT_MS, `status ${answer.status}`);
    }
    throw new Error(`${path.split('?')[0] ?? ''} answered ${answer.status}: ${text.slice(0, 300)}`);
  }

  private async token(subject: string): Promise<string> {
    const known = this.tokens.get(subject);
    if (known !== undefined) return known;
    const token = await readerToken(subject, this.secret);
    this.tokens.set(subject, token);
    return token;
  }
}
