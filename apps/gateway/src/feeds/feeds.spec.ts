import { type Paper, type PaperId, paperSchema, type RankAnswer, type RankRequest } from '#contracts';
import { Catalogue } from '../catalogue/catalogue.js';
import { Cursors } from '../cursors/cursors.js';
import { ReadYourWrites } from '../interactions/read-your-writes.js';
import { PeerUnavailableFailure } from '../rpc/rpc.failures.js';
import { FallBack } from './fall-back.js';
import type { TaggedPage } from './feed-page.js';
import { feedDefaults, type FeedQuery } from './feed-query.js';
import { Feeds } from './feeds.js';
import { PartFailures } from './part-failures.js';
import { Ranker } from './ranker.js';
import { ReadyAnswers } from './ready-answers.js';

const papers = Array.from({ length: 250 }, (_, index): Paper =>
  paperSchema.parse({
    id: `p${String(index).padStart(3, '0')}`,
    title: `Paper ${index}`,
    publishedAt: '2025-10-27',
    topics: ['t'],
    source: 'test',
  }),
);
const allIds = papers.map(({ id }) => id);

/** Ranks papers in the order they have, or is away. */
class OrderRanker extends Ranker {
  away = false;

  async rank(request: Omit<RankRequest, 'budgetMs'>): Promise<RankAnswer> {
    if (this.away) throw new PeerUnavailableFailure('away');
    const slate = (request.pinned ?? allIds).slice(0, 200);
    return {
      requestId: request.requestId,
      asOf: '2025-10-28T09:00:00.000Z',
      model: { name: 'order', version: '1' },
      arm: 'control',
      degraded: [],
      items: slate.slice(0, request.limit).map((paperId) => ({
        paperId,
        score: 1,
        source: 'trending',
        sources: ['trending'],
        reasons: [],
        propensity: 1,
        upvotes: 0,
        comments: 0,
      })),
      rest: slate.slice(request.limit),
      counts: { candidates: slate.length, dropped: {} },
    };
  }

  usable(): number {
    return this.away ? 0 : 1;
  }
}

const CURSOR_TTL_MS = 60_000;

const setup = () => {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const catalogue = new Catalogue({ cardCacheBytes: 1_000_000 });
  papers.forEach((paper, offset) => catalogue.fold(paper.id, paper, BigInt(offset)));
  const ranker = new OrderRanker();
  const ready = new ReadyAnswers<TaggedPage>({ freshMs: 250, staleMs: 1_000, maxBytes: 10_000_000 }, ({ body }) => body.length, now);
  const feeds = new Feeds(
    ranker,
    catalogue,
    ready,
    new FallBack(catalogue),
    new Cursors('s'.repeat(32), CURSOR_TTL_MS, now),
    new ReadYourWrites(now),
    { deadlineMs: 100 },
    { answered: () => undefined },
    new PartFailures({ counted: () => undefined, logged: () => undefined }, now),
  );
  return { clock, catalogue, ranker, feeds };
};
const trending: FeedQuery = { ...feedDefaults, surface: 'trending' };

/** Every page from a first one to the end. */
const walk = async (feeds: Feeds, query: FeedQuery): Promise<{ seen: PaperId[]; pages: number; degraded: Set<string> }> => {
  const [seen, degraded]: [PaperId[], Set<string>] = [[], new Set()];
  let pages = 0;
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const { page }: Awaited<ReturnType<Feeds['answer']>> = await feeds.answer({ ...query, cursor });
    seen.push(...page.items.map(({ paperId }) => paperId));
    for (const part of page.degraded) degraded.add(part);
    pages += 1;
    cursor = page.nextCursor;
  }
  return { seen, pages, degraded };
};

describe('feeds without a ranker', () => {
  it('give the last good list with a cursor that is good, however old the list', async () => {
    const { clock, ranker, feeds } = setup();
    const whole = await feeds.answer(trending);
    ranker.away = true;
    clock.now += 3 * CURSOR_TTL_MS;
    const good = await feeds.answer(trending);
    expect(good.page).toMatchObject({ degraded: ['ranker', 'last-good'], items: whole.page.items });
    await expect(feeds.answer({ ...trending, cursor: whole.page.nextCursor })).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    const next = await feeds.answer({ ...trending, cursor: good.page.nextCursor });
    expect(next.page.items.map(({ paperId }) => paperId)).toEqual(allIds.slice(25, 50));
  });

  it('page on through a whole slate of the newest papers, without repeating one', async () => {
    const { catalogue, ranker, feeds } = setup();
    ranker.away = true;
    const { seen, pages, degraded } = await walk(feeds, trending);
    expect(seen).toEqual(catalogue.newest(0, 200));
    expect(pages).toBe(8);
    expect([...degraded]).toEqual(['ranker', 'fall-back:newest', 'fall-back:pinned']);
  });

  it('page on through the rest of the trending list that was computed last', async () => {
    const { clock, ranker, feeds } = setup();
    await feeds.answer(trending);
    ranker.away = true;
    clock.now += 10_000;
    const excluded = allIds[3] as PaperId;
    const { seen, degraded } = await walk(feeds, { ...trending, surface: 'for-you', limit: 40, exclude: [excluded] });
    expect(seen).toEqual(allIds.slice(0, 200).filter((id) => id !== excluded));
    expect([...degraded]).toEqual(['ranker', 'fall-back:trending', 'fall-back:pinned']);
  });

  it.each<{ query: FeedQuery }>([
    { query: { ...trending, surface: 'search', query: 'paper' } },
    { query: { ...trending, surface: 'similar', paperId: 'p000' as PaperId } },
    { query: { ...trending, surface: 'latest' } },
  ])('page on in $query.surface', async ({ query }) => {
    const { ranker, feeds } = setup();
    ranker.away = true;
    const { seen } = await walk(feeds, query);
    expect(seen).toHaveLength(200);
    expect(new Set(seen).size).toBe(200);
  });

  it('end where the papers end', async () => {
    const { ranker, feeds } = setup();
    ranker.away = true;
    const { page } = await feeds.answer({ ...trending, surface: 'search', query: 'paper 24', limit: 100 });
    expect(page.items).toHaveLength(13);
    expect(page.nextCursor).toBeUndefined();
  });
});
