import { feedItem } from '../fixtures/feed-items.js';
import { httpPeer, type Answer, type Heard } from '../fixtures/http-peer.js';
import { trendingItems } from './trending-feed.js';

const quick = { timeoutMs: 300, retryMs: [5, 5] };
const page = (ids: readonly string[], nextCursor: string | null = null): Answer => ({
  status: 200,
  body: JSON.stringify({ requestId: 'x', degraded: [], items: ids.map((id) => feedItem(id)), nextCursor }),
});
const all = (): boolean => true;

describe('trendingItems', () => {
  it('asks as any client does, and follows cursors until there are enough', async () => {
    await using gateway = await httpPeer(({ url }: Heard) =>
      url.searchParams.has('cursor') ? page(['c', 'd', 'b']) : page(['a', 'b'], 'next'),
    );
    const items = await trendingItems(
      { base: gateway.base, ...quick },
      { window: 'week', topic: 'a&b', org: undefined },
      3,
      ({ paper }) => paper.id !== 'a',
    );
    expect(items.map(({ paper }) => paper.id)).toEqual(['b', 'c', 'd']);
    expect(gateway.heard.map(({ url }) => `${url.pathname}${url.search}`)).toEqual([
      '/v1/feeds/trending?period=week&limit=100&topic=a%26b',
      '/v1/feeds/trending?period=week&limit=100&topic=a%26b&cursor=next',
    ]);
  });

  it('tries again where it may pass', async () => {
    await using gateway = await httpPeer((_, count) => (count === 1 ? { status: 503 } : count === 2 ? 'hang up' : page(['a'])));
    expect(await trendingItems({ base: gateway.base, ...quick }, { window: 'day' }, 1, all)).toHaveLength(1);
  });

  it.each<{ why: string; answer: Answer; message: string; retryable: boolean; times: number }>([
    {
      why: 'is away',
      answer: { status: 500, body: 'sorry' },
      message: 'answered 500 to /v1/feeds/trending?period=day&limit=100: sorry',
      retryable: true,
      times: 3,
    },
    { why: 'refuses', answer: { status: 400 }, message: 'answered 400', retryable: false, times: 1 },
    { why: 'is silent', answer: 'silence', message: 'did not answer within 300 ms', retryable: true, times: 3 },
    {
      why: 'is something else',
      answer: { status: 200, body: '{"items":7}' },
      message: 'answered no feed: items',
      retryable: false,
      times: 1,
    },
    {
      why: 'leads elsewhere',
      answer: { status: 302, location: 'http://127.0.0.1:1/' },
      message: 'did not answer',
      retryable: true,
      times: 3,
    },
  ])('says when the gateway $why', async ({ answer, message, retryable, times }) => {
    await using gateway = await httpPeer(() => answer);
    const asked = trendingItems({ base: gateway.base, ...quick }, { window: 'day' }, 1, all);
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toMatchObject({ code: 'DIGEST_GATEWAY', retryable });
    expect(gateway.heard).toHaveLength(times);
  });
});
