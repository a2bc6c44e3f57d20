import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Paper } from '#contracts';
import { hubPaperSchema, hubRowSchema } from '../../apps/gateway/src/openapi/answers.js';
import { GatewayUnderTest, paper } from './gateway-under-test.js';

const run = promisify(execFile);

/** A week over the turn of a year that has a week 53, a paper without a feed day, one with all fields, one with hardly any. */
const full = paper('2012.00001', {
  title: 'Attention over <everything>',
  abstract: 'We attend.',
  authors: ['Ada Lovelace', 'Alan Turing'],
  authorCount: 3,
  publishedAt: '2020-12-27T17:59:59Z',
  listedOn: '2020-12-29',
  submittedAt: '2020-12-29T03:11:42.5+01:00',
  submitter: 'akhaliq',
  organization: { name: 'acme', fullName: 'Acme Research' },
  topics: ['attention', 'cs.CL'],
  githubRepo: 'https://github.com/acme/attention',
  githubStars: 12,
  projectPage: 'https://acme.example/attention',
  upvotes: 7,
  comments: 2,
});
const papers: readonly Paper[] = [
  full,
  paper('2101.00001', { title: 'New year attention', publishedAt: '2020-12-30', listedOn: '2021-01-01' }),
  paper('2101.00002', {
    title: 'Second of the day',
    publishedAt: '2021-01-01',
    listedOn: '2021-01-01',
    submittedAt: '2021-01-01T09:00:00Z',
    submitter: 'akhaliq',
  }),
  paper('2101.00003', { title: 'Next week', publishedAt: '2021-01-04', listedOn: undefined }),
  paper('cs/0112017', { title: 'Old attention', publishedAt: '2001-12-20', listedOn: undefined, aliases: ['2001.00001'] }),
];
const newestFirst = ['2101.00003', '2101.00002', '2101.00001', '2012.00001', 'cs/0112017'];
const golden = (name: string): unknown => JSON.parse(readFileSync(`test/gateway/fixtures/${name}.json`, 'utf8'));

describe("the Hub's read API", () => {
  let under: GatewayUnderTest;
  beforeAll(async () => {
    under = await GatewayUnderTest.start({ papers });
    under.ranker.votes.set(full.id, 3);
  });
  afterAll(async () => under[Symbol.asyncDispose]());

  const ids = async (path: string): Promise<string[]> => {
    const answer = await under.get(path);
    expect(answer.status).toBe(200);
    return z
      .array(hubRowSchema)
      .parse(answer.body)
      .map((row) => row.paper.id);
  };

  it('answers rows and papers byte for byte as the golden files have them', async () => {
    expect((await under.get('/api/daily_papers?date=2020-12-29')).body).toEqual(golden('hub-daily-papers'));
    expect((await under.get('/api/papers/2012.00001')).body).toEqual(golden('hub-paper'));
    expect(hubPaperSchema.parse(golden('hub-paper'))).toMatchObject({ upvotes: 10 });
    expect((await under.get('/papers/2012.00001.md')).text).toBe(readFileSync('test/gateway/fixtures/hub-paper.markdown', 'utf8'));
  });

  it.each([
    ['everything, newest day of the feed first', '', newestFirst],
    ['a day of the feed, not of the paper', '?date=2021-01-01', ['2101.00002', '2101.00001']],
    ['the own day of a paper that was on no feed', '?date=2021-01-04', ['2101.00003']],
    ['a week 53, over the turn of the year', '?week=2020-W53', ['2101.00002', '2101.00001', '2012.00001']],
    ['the week after it', '?week=2021-W01', ['2101.00003']],
    ['a month', '?month=2020-12', ['2012.00001']],
    ['a day within a month', '?month=2021-01&date=2021-01-04', ['2101.00003']],
    ['an empty day', '?date=1999-01-01', []],
    ['a submitter', '?submitter=akhaliq', ['2101.00002', '2012.00001']],
    ['the second page', '?limit=2&p=1', ['2101.00001', '2012.00001']],
    ['a page behind the last', '?limit=2&p=9', []],
    ['the order of trending', '?sort=trending', papers.map(({ id }) => id)],
    ['the order of trending within a week', '?sort=trending&week=2020-W53', ['2012.00001', '2101.00001', '2101.00002']],
  ])('lists %s', async (_, query, expected) => {
    expect(await ids(`/api/daily_papers${query}`)).toEqual(expected);
  });

  it.each([
    ['', 'day'],
    ['&date=2021-01-01', 'day'],
    ['&week=2020-W53', 'week'],
    ['&month=2020-12', 'month'],
    ['&month=2021-01&date=2021-01-04', 'day'],
  ])('asks for what trends within the days of the list: sort=trending%s is by the votes of a %s', async (days, period) => {
    const before = under.ranker.requests.length;
    // A limit of its own: nobody has asked for just this list within the last second.
    await ids(`/api/daily_papers?limit=${40 + days.length}&sort=trending${days}`);
    expect(under.ranker.requests.slice(before).find(({ surface }) => surface === 'trending')).toMatchObject({ period });
  });

  it('orders what does not trend by the votes that it has now, ours among them, however many there are', async () => {
    const month = Array.from({ length: 450 }, (_, index) =>
      paper(`2511.${String(10_000 + index)}`, {
        listedOn: `2025-11-${String(1 + (index % 30)).padStart(2, '0')}`,
        upvotes: 450 - index,
      }),
    );
    await using busy = await GatewayUnderTest.start({ papers: month });
    const [loved, liked] = [month[449], month[10]];
    if (loved === undefined || liked === undefined) throw new Error('450 papers');
    busy.ranker.votes.set(loved.id, 5_000);
    busy.ranker.votes.set(liked.id, 600);
    busy.ranker.trending = [month[300]?.id ?? ''];
    const first = (await busy.get('/api/daily_papers?sort=trending&month=2025-11&limit=5')).body as { paper: { id: string } }[];
    expect(first.map((row) => row.paper.id)).toEqual([month[300], loved, liked, month[0], month[1]].map((one) => one?.id));
  });

  it('names the next page while there is one', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/api/daily_papers?limit=2&sort=publishedAt';
    while (path !== undefined) {
      const answer = await under.get(path);
      seen.push(...(answer.body as { paper: { id: string } }[]).map((row) => row.paper.id));
      const next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      path = next?.slice(under.url.length);
    }
    expect(seen).toEqual(newestFirst);
  });

  it('searches', async () => {
    expect(await ids('/api/papers/search?q=attention')).toEqual(['2012.00001', '2101.00001', 'cs/0112017']);
    expect(await ids('/api/papers/search?q=attention&limit=1')).toEqual(['2012.00001']);
    expect(await ids('/api/papers/search')).toEqual(newestFirst);
  });

  it.each(['/api/papers/cs/0112017', '/api/papers/cs%2F0112017', '/api/papers/2001.00001'])('finds a paper as %s', async (path) => {
    expect((await under.get(path)).body).toMatchObject({ id: 'cs/0112017' });
  });

  it.each(['/api/papers/9999.99999', '/api/papers/a"b', '/papers/9999.99999.md'])(
    '%s is 404 in the form of the Hub and in ours',
    async (path) => {
      const answer = await under.get(path);
      expect(answer).toMatchObject({ status: 404, body: { error: 'Paper not found', code: 'PAPER_UNKNOWN', status: 404 } });
      expect(answer.headers.get('x-error-message')).toBe('Paper not found');
    },
  );

  it('looks at no credentials', async () => {
    expect((await under.get('/api/daily_papers', { as: 'hf_somebody' })).status).toBe(200);
  });

  it('answers 304 to a client that has the list already', async () => {
    const { headers } = await under.get('/api/daily_papers');
    expect((await under.get('/api/daily_papers', { headers: { 'if-none-match': headers.get('etag') ?? '' } })).status).toBe(304);
  });

  it('goes on without a ranker, with the counts of the source', async () => {
    await using alone = await GatewayUnderTest.start({ papers, env: { RANK_DEADLINE_MS: '50' } });
    await alone.ranker.stop();
    expect((await alone.get('/api/papers/2012.00001')).body).toMatchObject({ upvotes: 7, numComments: 2 });
    expect((await alone.get('/api/daily_papers?sort=trending')).body[0]).toMatchObject({ paper: { id: '2012.00001' } });
    expect((await alone.get('/api/papers/search?q=week')).body).toHaveLength(1);
  });
});

/** The real client, where this machine has it: HF_PYTHON, else python3. */
const python = process.env['HF_PYTHON'] ?? 'python3';
const hasClient = await run(python, ['-c', 'import huggingface_hub']).then(
  () => true,
  () => false,
);

(hasClient ? describe : describe.skip)('the stock huggingface_hub client (skipped where Python has no huggingface_hub)', () => {
  it('works with nothing changed but its endpoint', async () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      paper(`2510.${20_000 + index}`, {
        title: `Streaming attention number${index}`,
        listedOn: `2025-10-${String(1 + (index % 28)).padStart(2, '0')}`,
        submitter: 'someone',
      }),
    );
    await using under = await GatewayUnderTest.start({ papers: many });
    const { stdout } = await run('sh', ['test/compat/hub-client.sh', under.url], { env: { ...process.env, HF_PYTHON: python } }).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toContain('0 failed');
  }, 120_000);
});
