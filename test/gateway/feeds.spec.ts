import { jest } from '@jest/globals';
import { Ranker } from '../../apps/gateway/src/feeds/ranker.js';
import { feedAnswerSchema, paperAnswerSchema } from '../../apps/gateway/src/openapi/answers.js';
import { GatewayUnderTest, paper } from './gateway-under-test.js';

const papers = Array.from({ length: 60 }, (_, index) =>
  paper(`2510.${String(10_000 + index)}`, {
    upvotes: 60 - index,
    topics: index % 2 ? ['cs.CL'] : ['cs.CV'],
    ...(index === 5 ? { organization: { name: 'acme' } } : {}),
  }),
);
const ids = (answer: { body: { items: { paper: { id: string } }[] } }): string[] => answer.body.items.map((item) => item.paper.id);

describe('feeds over HTTP', () => {
  let under: GatewayUnderTest;
  beforeAll(async () => {
    under = await GatewayUnderTest.start({
      papers: [
        ...papers,
        paper('cs/0112017', { aliases: ['2001.00001'], title: 'An <b>old</b> one', publishedAt: '2001-12-20', listedOn: undefined }),
      ],
    });
    under.ranker.papers = papers;
  });
  afterAll(async () => under[Symbol.asyncDispose]());

  it('lists trending with everything that the document promises', async () => {
    const answer = await under.get('/v1/feeds/trending?explain=true');
    expect(answer.status).toBe(200);
    expect(feedAnswerSchema.parse(answer.body).items).toHaveLength(25);
    expect(answer.body).toMatchObject({
      surface: 'trending',
      model: { name: 'trending' },
      arm: 'control',
      degraded: [],
      counts: { candidates: 60 },
    });
    expect(answer.headers.get('link')).toMatch(/^<http:\/\/127.0.0.1:\d+\/v1\/feeds\/trending\?explain=true&cursor=.*>; rel="next"$/);
  });

  it('pages through the slate without repeating or skipping a paper while votes go on', async () => {
    const seen: string[] = [];
    let path: string | null = '/v1/feeds/trending?limit=7&period=week';
    while (path !== null) {
      const answer = await under.get(path);
      expect(answer.status).toBe(200);
      seen.push(...ids(answer));
      path = answer.body.nextCursor === null ? null : `/v1/feeds/trending?limit=7&period=week&cursor=${answer.body.nextCursor}`;
      under.ranker.papers = [...under.ranker.papers].reverse();
    }
    under.ranker.papers = papers;
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });

  it('answers 304 to a client that has the feed already', async () => {
    const first = await under.get('/v1/feeds/trending?limit=3');
    const second = await under.get('/v1/feeds/trending?limit=3', { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect(second.status).toBe(304);
    expect(second.text).toBe('');
  });

  it('asks the ranker hardly ever for many who ask for the same at once', async () => {
    const before = under.ranker.requests.length;
    await Promise.all(Array.from({ length: 40 }, () => under.get('/v1/feeds/trending?limit=9')));
    // Once, and again only if this machine needs longer than the answer stays fresh to send 40 requests.
    expect(under.ranker.requests.length - before).toBeLessThanOrEqual(4);
  });

  it.each([
    ['topic', '/v1/feeds/latest?topic=cs.CL&limit=100', 30],
    ['organization', '/v1/feeds/trending?org=acme', 1],
    ['exclude', `/v1/feeds/trending?limit=100&exclude=${papers[0]?.id},${papers[1]?.id}&exclude=${papers[2]?.id}`, 57],
  ])('filters by %s', async (_, path, count) => {
    expect((await under.get(path)).body.items).toHaveLength(count);
  });

  it('gives for-you to readers only, privately', async () => {
    expect(await under.get('/v1/feeds/for-you')).toMatchObject({ status: 401, body: { code: 'AUTHENTICATION_REQUIRED' } });
    const answer = await under.get('/v1/feeds/for-you', { as: await under.token() });
    expect(answer).toMatchObject({ status: 200, body: { surface: 'for-you', model: { name: 'personal' } } });
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(under.ranker.requests.at(-1)?.readerRef).toMatch(/^r_[\w-]{43}$/);
  });

  it('refuses a cursor of another reader', async () => {
    const first = await under.get('/v1/feeds/for-you?limit=5', { as: await under.token('alice') });
    const path = `/v1/feeds/for-you?limit=5&cursor=${first.body.nextCursor}`;
    expect(await under.get(path, { as: await under.token('bob') })).toMatchObject({
      status: 400,
      body: { code: 'CURSOR_MISMATCH', errors: [{ field: 'cursor' }] },
    });
    expect((await under.get(path, { as: await under.token('alice') })).status).toBe(200);
  });

  it.each(['/v1/papers/cs%2F0112017', '/v1/papers/cs/0112017', '/v1/papers/2001.00001'])(
    'finds a paper by %s and says its canonical id',
    async (path) => {
      const answer = await under.get(path);
      expect(paperAnswerSchema.parse(answer.body)).toMatchObject({
        id: 'cs/0112017',
        paper: { id: 'cs/0112017', title: 'An <b>old</b> one' },
      });
      expect(answer.headers.get('content-location')).toBe('/v1/papers/cs%2F0112017');
    },
  );

  it.each(['/v1/papers/cs%2F0112017/similar', '/v1/papers/cs/0112017/similar?limit=4'])('lists papers similar to %s', async (path) => {
    const answer = await under.get(path);
    expect(answer).toMatchObject({ status: 200, body: { surface: 'similar' } });
    expect(under.ranker.requests.at(-1)?.paperId).toBe('cs/0112017');
  });

  it('searches, and lists the newest without a query', async () => {
    expect((await under.get('/v1/papers?query=paper%202510.10003')).body).toMatchObject({
      surface: 'search',
      items: [{ paper: { id: '2510.10003' } }],
    });
    expect((await under.get('/v1/papers')).body).toMatchObject({ surface: 'latest' });
  });
});

describe('a paper that was just hidden', () => {
  it('is absent from the very next answer, whether or not the ranker has read of it', async () => {
    await using under = await GatewayUnderTest.start({ papers });
    const token = await under.token('hider');
    for (let round = 0; round < 20; round++) {
      const before = ids(await under.get('/v1/feeds/for-you?limit=10', { as: token }));
      const hidden = before[round % 10] ?? '';
      expect((await under.call('PUT', `/v1/papers/${hidden}/hide`, { as: token })).status).toBe(200);
      for (const path of ['/v1/feeds/for-you?limit=50', '/v1/feeds/trending?limit=50'])
        expect(ids((await under.get(path, { as: token })) as never)).not.toContain(hidden);
    }
    expect(under.ranker.requests.at(-1)).toMatchObject({ after: { 'interactions.v1/3': '20' } });
    const shown = ids(await under.get('/v1/feeds/for-you?limit=50', { as: token }));
    const first = under.ingest.accepted[0]?.input.target.id ?? '';
    await under.call('DELETE', `/v1/papers/${first}/hide`, { as: token });
    expect(shown).not.toContain(first);
    expect(ids((await under.get('/v1/feeds/for-you?limit=50', { as: token })) as never)).toContain(first);
  });

  it('comes back when it is unhidden, however often the old hide is sent again', async () => {
    await using under = await GatewayUnderTest.start({ papers });
    const token = await under.token('changed-their-mind');
    const hide = { as: token, headers: { 'idempotency-key': 'hide-it-once-1' } };
    const [hidden = '', other = ''] = papers.map(({ id }) => id);
    await under.call('PUT', `/v1/papers/${hidden}/hide`, hide);
    await under.call('DELETE', `/v1/papers/${hidden}/hide`, { as: token });
    expect(await under.call('PUT', `/v1/papers/${hidden}/hide`, hide)).toMatchObject({ body: { status: 'duplicate' } });
    // The same id with other content is the first event still: the log has no hide of this paper.
    expect(await under.call('PUT', `/v1/papers/${other}/hide`, hide)).toMatchObject({ body: { status: 'duplicate' } });
    const shown = ids(await under.get('/v1/feeds/for-you?limit=50', { as: token }));
    expect(shown).toContain(hidden);
    expect(shown).toContain(other);
  });

  it('stays hidden when its hide is sent again', async () => {
    await using under = await GatewayUnderTest.start({ papers });
    const token = await under.token('says-it-twice');
    const hidden = papers[0]?.id ?? '';
    for (const status of ['accepted', 'duplicate'])
      expect(
        await under.call('PUT', `/v1/papers/${hidden}/hide`, { as: token, headers: { 'idempotency-key': 'hide-it-once-2' } }),
      ).toMatchObject({ body: { status } });
    expect(ids(await under.get('/v1/feeds/for-you?limit=50', { as: token }))).not.toContain(hidden);
    expect(under.ranker.requests.at(-1)).toMatchObject({ after: { 'interactions.v1/3': '1' } });
  });

  it('is respected when its first answer was lost and only "duplicate" came back', async () => {
    await using under = await GatewayUnderTest.start({ papers });
    const token = await under.token('lost-an-answer');
    const hidden = papers[0]?.id ?? '';
    const hide = { id: 'hide-lost-0001', time: new Date().toISOString(), action: 'hide', target: { kind: 'paper', id: hidden }, on: true };
    under.ingest.knows(hide.id);
    expect(await under.call('POST', '/v1/interactions', { as: token, json: hide })).toMatchObject({ body: { status: 'duplicate' } });
    expect(ids(await under.get('/v1/feeds/for-you?limit=50', { as: token }))).not.toContain(hidden);
    expect(under.ranker.requests.at(-1)).toMatchObject({ after: { 'interactions.v1/3': '1' } });
  });

  it('can be told to another gateway by the position that the first one gave', async () => {
    await using one = await GatewayUnderTest.start({ papers });
    await using other = await GatewayUnderTest.start({ papers });
    const token = await one.token();
    const write = await one.call('PUT', '/v1/papers/2510.10000/upvote', { as: token });
    const position = write.headers.get('broadsheet-position') ?? '';
    await other.get('/v1/feeds/for-you', { as: token, headers: { 'broadsheet-position': position } });
    expect(other.ranker.requests.at(-1)?.after).toEqual({ 'interactions.v1/3': '1' });
    const forged = await other.get('/v1/feeds/for-you', { as: token, headers: { 'broadsheet-position': position.replace('=1', '=9') } });
    expect(forged).toMatchObject({ status: 400, body: { code: 'POSITION_INVALID' } });
  });

  it('is absent at every other gateway that is told the position, though no ranker has read of it', async () => {
    await using one = await GatewayUnderTest.start({ papers });
    await using second = await GatewayUnderTest.start({ papers });
    await using third = await GatewayUnderTest.start({ papers });
    const token = await one.token('hider');
    const [first = '', then = ''] = ids(await one.get('/v1/feeds/for-you?limit=10', { as: token }));
    const told = await one.call('PUT', `/v1/papers/${first}/hide`, { as: token });
    const headers = { 'broadsheet-position': told.headers.get('broadsheet-position') ?? '' };
    expect(ids(await second.get('/v1/feeds/for-you?limit=50', { as: token, headers }))).not.toContain(first);
    const both = await second.call('PUT', `/v1/papers/${then}/hide`, { as: token, headers });
    const shown = ids(
      await third.get('/v1/feeds/for-you?limit=50', {
        as: token,
        headers: { 'broadsheet-position': both.headers.get('broadsheet-position') ?? '' },
      }),
    );
    expect(shown).not.toContain(first);
    expect(shown).not.toContain(then);
    expect(shown.length).toBeGreaterThan(0);
  });

  it('is refused before it is written when the position is not ours', async () => {
    await using under = await GatewayUnderTest.start({ papers });
    const answer = await under.call('PUT', `/v1/papers/${papers[0]?.id ?? ''}/hide`, {
      as: await under.token(),
      headers: { 'broadsheet-position': 'interactions.v1/3=9;mac=AAAAAAAAAAAAAAAAAAAAAA' },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'POSITION_INVALID' } });
    expect(under.ingest.accepted).toHaveLength(0);
  });
});

describe('when rankers are slow or away', () => {
  it('tells rankers how much time is left, and never more than that', async () => {
    await using under = await GatewayUnderTest.start({ papers, env: { RANK_DEADLINE_MS: '400' } });
    await under.get('/v1/feeds/for-you', { as: await under.token() });
    const budget = under.ranker.requests.at(-1)?.budgetMs ?? Infinity;
    expect(budget).toBeGreaterThan(0);
    expect(budget).toBeLessThan(400);
  });

  it('never answers 5xx: last good list, then the catalogue, and says so', async () => {
    await using under = await GatewayUnderTest.start({ papers, env: { RANK_DEADLINE_MS: '60', FEED_FRESH_MS: '20', FEED_STALE_MS: '40' } });
    const whole = await under.get('/v1/feeds/trending');
    await under.ranker.stop();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const good = await under.get('/v1/feeds/trending');
    expect(good).toMatchObject({ status: 200, body: { degraded: ['ranker', 'last-good'] } });
    expect(ids(good as never)).toEqual(ids(whole as never));
    const token = await under.token();
    await under.call('PUT', `/v1/papers/${papers[0]?.id}/hide`, { as: token });
    const own = await under.get('/v1/feeds/for-you', { as: token });
    expect(own).toMatchObject({ status: 200, body: { degraded: ['ranker', 'fall-back:trending'] } });
    expect(ids(own as never)).not.toContain(papers[0]?.id);
    expect(await under.get('/v1/papers?query=2510.10007')).toMatchObject({
      status: 200,
      body: { degraded: ['ranker', 'fall-back:titles'], items: [{ paper: { id: '2510.10007' } }] },
    });
    expect(await under.get('/v1/papers/2510.10007/similar')).toMatchObject({
      status: 200,
      body: { degraded: ['ranker', 'fall-back:topics'] },
    });
    const page = await under.get(`/v1/feeds/trending?cursor=${whole.body.nextCursor}&limit=30`);
    expect(page).toMatchObject({ status: 200, body: { degraded: ['ranker', 'fall-back:pinned'] } });
    expect(ids(page as never)).toEqual(papers.slice(25, 55).map(({ id }) => id));
    expect((await under.get('/v1/papers/2510.10007')).status).toBe(200);
  });

  it('counts what failed by its code, and answers all the same when the failure is a mistake of ours', async () => {
    await using under = await GatewayUnderTest.start({ papers, env: { RANK_DEADLINE_MS: '60', FEED_FRESH_MS: '0', FEED_STALE_MS: '0' } });
    const failures = async (): Promise<string[]> =>
      (await under.registry.metrics()).split('\n').filter((line) => line.startsWith('gateway_part_failures_total{'));
    under.ranker.failing = true;
    expect(await under.get('/v1/feeds/trending')).toMatchObject({ status: 200, body: { degraded: ['ranker', 'fall-back:newest'] } });
    expect(await under.get('/api/daily_papers?sort=trending')).toMatchObject({ status: 200 });
    expect(await under.get('/api/papers/search?q=paper')).toMatchObject({ status: 200 });
    expect((await failures()).sort()).toEqual([
      expect.stringContaining('part="counts",code="PEER_ERROR"'),
      expect.stringContaining('part="feed",code="PEER_ERROR"'),
      expect.stringContaining('part="hub-search",code="PEER_ERROR"'),
      expect.stringContaining('part="hub-trending",code="PEER_ERROR"'),
    ]);
    under.ranker.failing = false;
    const ranking = jest.spyOn(under.gateway.app.get(Ranker), 'rank').mockRejectedValue(new TypeError('a mistake'));
    expect(await under.get('/v1/feeds/trending')).toMatchObject({ status: 200, body: { degraded: ['ranker', 'fall-back:newest'] } });
    ranking.mockRestore();
    expect(await failures()).toContainEqual(expect.stringContaining('part="feed",code="UNEXPECTED"'));
  });

  it('comes back when the ranker does, on the same address', async () => {
    await using under = await GatewayUnderTest.start({ papers, env: { RANK_DEADLINE_MS: '100', FEED_FRESH_MS: '0', FEED_STALE_MS: '0' } });
    expect((await under.get('/v1/feeds/trending')).body.degraded).toEqual([]);
    for (let round = 0; round < 2; round++) {
      await under.ranker.stop();
      expect((await under.get('/v1/feeds/trending')).body.degraded).toContain('ranker');
      await under.ranker.restart();
      await eventually(async () => expect((await under.get('/v1/feeds/trending')).body.degraded).toEqual([]));
    }
  });

  it('asks another replica when one fails, is stuck or is gone', async () => {
    await using under = await GatewayUnderTest.start({
      papers,
      rankers: 2,
      env: { RANK_DEADLINE_MS: '400', FEED_FRESH_MS: '0', FEED_STALE_MS: '0' },
    });
    const [one, other] = under.rankers;
    if (one === undefined || other === undefined) throw new Error('two rankers');
    one.delayMs = 2_000;
    for (let i = 0; i < 10; i++) expect((await under.get('/v1/feeds/trending')).body.degraded).toEqual([]);
    one.delayMs = 0;
    await one.stop();
    for (let i = 0; i < 10; i++)
      expect((await under.get('/v1/feeds/trending')).body).toMatchObject({
        degraded: [],
        items: expect.arrayContaining([expect.objectContaining({ reasons: [expect.objectContaining({ text: 'Answered by ranker-1.' })] })]),
      });
  });
});

const eventually = async (check: () => Promise<void>, limitMs = 5_000): Promise<void> => {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};
