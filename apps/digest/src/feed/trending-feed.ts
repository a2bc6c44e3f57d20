import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { parseJsonWith, type Period as Window } from '#contracts';
import { GatewayFailure } from './gateway.failure.js';

const text = (most: number) => z.string().max(most);
/** What a digest shows of an item, as the API documents it; more may come and is left. */
const itemSchema = z.object({
  paper: z.object({
    id: text(500).min(1),
    title: text(10_000).min(1),
    abstract: text(200_000),
    authors: z.array(text(2_000)).max(1_000),
    authorCount: z.int().min(0),
    organization: z.looseObject({ name: text(2_000) }).nullable(),
    topics: z.array(text(500)).max(1_000),
    publishedAt: text(60),
    listedOn: text(60).nullable(),
    links: z.looseObject({
      self: text(3_000),
      arxiv: text(3_000).optional(),
      code: text(3_000).optional(),
      project: text(3_000).optional(),
    }),
  }),
  upvotes: z.int().min(0),
  comments: z.int().min(0),
  reasons: z.array(z.looseObject({ text: text(2_000) })).max(20),
});
const pageSchema = z.object({ items: z.array(itemSchema).max(100), nextCursor: z.string().max(20_000).nullable() });

export type FeedItem = z.output<typeof itemSchema>;

export interface FeedQuery {
  readonly window: Window;
  readonly topic?: string | undefined;
  readonly org?: string | undefined;
}

export interface FeedSettings {
  readonly base: string;
  readonly timeoutMs: number;
  /** Waits before the second, third, ... try. */
  readonly retryMs: readonly number[];
}

export const feedSettings = { timeoutMs: 10_000, retryMs: [500, 2_000, 5_000] } as const;

/** Pages looked through at most. */
const MOST_PAGES = 50;
/** A page of 100 papers has some 250 KB. */
const MOST_BYTES = 20_000_000;

/**
 * What is trending, best first, as any client of the public API is told; `keep` says which of it, until there are `count`.
 * @throws {GatewayFailure} it is away after all tries, refuses, or answers something else.
 */
export const trendingItems = async (
  settings: FeedSettings,
  query: FeedQuery,
  count: number,
  keep: (item: FeedItem) => boolean,
): Promise<readonly FeedItem[]> => {
  const found: FeedItem[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, nextCursor }: z.output<typeof pageSchema> = await pageAt(urlOf(settings.base, query, cursor), settings);
    for (const item of items) {
      if (seen.has(item.paper.id) || !keep(item)) continue;
      seen.add(item.paper.id);
      found.push(item);
      if (found.length === count) return found;
    }
    if (nextCursor === null || items.length === 0) return found;
    cursor = nextCursor;
  }
  return found;
};

const urlOf = (base: string, { window, topic, org }: FeedQuery, cursor: string | null): URL => {
  const url = new URL('v1/feeds/trending', base.endsWith('/') ? base : `${base}/`);
  const parameters = { period: window, limit: '100', ...(topic && { topic }), ...(org && { org }), ...(cursor && { cursor }) };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
};

const pageAt = async (url: URL, { timeoutMs, retryMs }: FeedSettings): Promise<z.output<typeof pageSchema>> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await asked(url, timeoutMs);
    } catch (error) {
      const wait = retryMs[attempt];
      if (!(error instanceof GatewayFailure) || !error.retryable || wait === undefined) throw error;
      await pause(wait);
    }
  }
};

const asked = async (url: URL, timeoutMs: number): Promise<z.output<typeof pageSchema>> => {
  let answer: Response;
  let body: string;
  try {
    answer = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    body = await answer.text();
  } catch (error) {
    throw new GatewayFailure(`at ${url.origin} did not answer within ${timeoutMs} ms, or broke off`, true, { cause: error });
  }
  if (!answer.ok) {
    const retryable = answer.status === 429 || answer.status >= 500;
    throw new GatewayFailure(
      `at ${url.origin} answered ${answer.status} to ${url.pathname}${url.search}: ${body.slice(0, 300)}`,
      retryable,
    );
  }
  if (body.length > MOST_BYTES) throw new GatewayFailure(`at ${url.origin} answered ${body.length} characters`, false);
  const parsed = parseJsonWith(pageSchema, body);
  if (parsed.ok) return parsed.value;
  const problem = parsed.problems.map(({ field, rule }) => `${field} ${rule}`).join('; ');
  throw new GatewayFailure(`at ${url.origin} answered no feed: ${problem.slice(0, 300)}`, false);
};
