import { setTimeout as pause } from 'node:timers/promises';
import { countsOf } from '../render/text.js';
import { RefusedFailure } from './refused.failure.js';
import type { Rendered, Target } from './target.js';

export interface WebhookSettings {
  readonly name: string;
  /** A secret: whoever has it can post. Never in a message. */
  readonly url: string;
  readonly timeoutMs: number;
  /** Waits before the second, third, ... try. */
  readonly retryMs: readonly number[];
}

export const webhookSettings = { timeoutMs: 10_000, retryMs: [1_000, 5_000, 15_000] } as const;

/** Slack's three; everything else it takes as it is. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Slack shows `text`; the rest is for programs. */
export const webhookBody = ({ digest, id }: Pick<Rendered, 'digest' | 'id'>): string => {
  const { site, title, period, timeZone, selection, papers } = digest;
  const lines = papers.map(
    (paper, at) =>
      `${at + 1}. <${escaped(paper.url).replaceAll('|', '%7C')}|${escaped(paper.title).replaceAll('|', '¦')}> (${countsOf(paper)})`,
  );
  const text = [`*${escaped(`${site.name}: ${title}`)}*`, ...(lines.length === 0 ? ['No paper.'] : lines)].join('\n');
  const { kind, key, first, last } = period;
  return JSON.stringify({ text, id, period: { kind, key, first, last, timeZone }, selection, papers });
};

/** Never reached, so nothing was sent. */
const neverConnected: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const codeOf = (error: unknown): unknown => {
  const { cause } = (typeof error === 'object' && error !== null ? error : {}) as { readonly cause?: unknown };
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
};

type Attempt =
  { readonly kind: 'taken'; readonly status: number } | { readonly kind: 'refused'; readonly problem: string; readonly again: boolean };

/** @throws Error the connection broke after it was made: the digest may have arrived. */
const post = async (url: string, body: string, id: string, timeoutMs: number): Promise<Attempt> => {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      body,
      // A redirect would carry the digest to an address that nobody set.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (answer.ok) return { kind: 'taken', status: answer.status };
    return { kind: 'refused', problem: `it answered ${answer.status}`, again: answer.status === 429 || answer.status >= 500 };
  } catch (error) {
    const code = codeOf(error);
    if (neverConnected.has(code)) return { kind: 'refused', problem: `no connection (${String(code)})`, again: true };
    throw new Error(`no answer within ${timeoutMs} ms, or the connection broke`);
  }
};

/** A JSON POST. Tried again only where it is certain that it was not taken: no connection, 429 or 5xx. */
export const webhookTarget = ({ name, url, timeoutMs, retryMs }: WebhookSettings): Target => ({
  name: `webhook/${name}`,
  deliver: async (rendered) => {
    const body = webhookBody(rendered);
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await post(url, body, rendered.id, timeoutMs);
      if (outcome.kind === 'taken') return `webhook answered ${outcome.status}`;
      const wait = retryMs[attempt];
      if (!outcome.again || wait === undefined) throw new RefusedFailure(`webhook/${name}`, `${outcome.problem}, ${attempt + 1} tries`);
      await pause(wait);
    }
  },
});
