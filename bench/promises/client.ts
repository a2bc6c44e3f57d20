import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { Agent, request } from 'undici';

/** Where the system under measurement answers, and the key that its gateway accepts tokens of. */
export interface Target {
  readonly gateway: string;
  readonly tokenSecret: string;
  readonly issuer: string;
  readonly audience: string;
}

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: T;
}

/** The part of a feed answer that the promises read. */
export interface Feed {
  readonly requestId: string;
  readonly degraded: readonly string[];
  readonly items: readonly {
    readonly paper: { readonly id: string; readonly title: string };
    readonly score: number;
    readonly source: string;
    readonly upvotes: number;
    readonly reasons: readonly { readonly kind: string; readonly text: string }[];
    readonly features?: Readonly<Record<string, number>>;
    readonly contributions?: Readonly<Record<string, number>>;
    readonly baseline?: number;
  }[];
  readonly nextCursor?: string;
}

/** A client of the public API, as anybody could write one: nothing here knows how Broadsheet works inside. */
export class Client {
  private readonly agent = new Agent({ connections: 64, pipelining: 1 });
  private readonly tokens = new Map<string, Promise<string>>();

  constructor(private readonly target: Target) {}

  /** A token of a reader that is valid for an hour, signed with the demo secret. */
  token(subject: string): Promise<string> {
    let token = this.tokens.get(subject);
    if (token === undefined) {
      token = new SignJWT({})
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(subject)
        .setIssuer(this.target.issuer)
        .setAudience(this.target.audience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(this.target.tokenSecret));
      this.tokens.set(subject, token);
    }
    return token;
  }

  async call<T>(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    options: { subject?: string; json?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> {
    const headers: Record<string, string> = { ...options.headers };
    if (options.subject !== undefined) headers['authorization'] = `Bearer ${await this.token(options.subject)}`;
    if (options.json !== undefined) headers['content-type'] = 'application/json';
    const response = await request(new URL(path, this.target.gateway), {
      method,
      headers,
      dispatcher: this.agent,
      ...(options.json === undefined ? {} : { body: JSON.stringify(options.json) }),
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}

/** Reads `--gateway`, `--token-secret`, `--issuer`, `--audience` and the numbers a promise declares (`--votes 200`). */
export const readTarget = <N extends string>(
  usage: string,
  numbers: Readonly<Record<N, number>>,
): { target: Target; numbers: Record<N, number>; database: string | undefined } => {
  const { values } = parseArgs({
    options: {
      gateway: { type: 'string', default: 'http://127.0.0.1:8080' },
      'token-secret': { type: 'string', default: process.env['JWT_SHARED_SECRET'] ?? 'broadsheet-development-only-tokens-not-a-secret' },
      issuer: { type: 'string', default: 'broadsheet-development' },
      audience: { type: 'string', default: 'broadsheet' },
      database: { type: 'string' },
      help: { type: 'boolean', default: false },
      ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' as const }])),
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const chosen: Record<N, number> = { ...numbers };
  for (const name of Object.keys(numbers) as N[]) {
    const given = (values as Record<string, string | boolean | undefined>)[name];
    if (given === undefined) continue;
    const number = Number(given);
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} must be a whole number of 1 or more, not ${String(given)}`);
    chosen[name] = number;
  }
  const text = (value: unknown): string => String(value);
  return {
    target: {
      gateway: text(values.gateway),
      tokenSecret: text(values['token-secret']),
      issuer: text(values.issuer),
      audience: text(values.audience),
    },
    numbers: chosen,
    database: values.database,
  };
};
