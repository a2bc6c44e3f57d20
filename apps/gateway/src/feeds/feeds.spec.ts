import { type Paper, paperSchema, type RankAnswer, type RankRequest } from '#contracts';
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
});
