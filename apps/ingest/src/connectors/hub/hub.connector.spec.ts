import { collect, lastCheckpoint, papersOf, refusalsOf } from '../fixtures/collect.js';
import { hubRow } from '../fixtures/invented.js';
import { body, cutOff, json, type Reply, silence, sourceServer, status } from '../fixtures/source-server.js';
import { SourceHttp, type SourceHttpSettings } from '../http/source-http.js';
import { SourceFailure } from '../source.failure.js';
import { HubConnector } from './hub.connector.js';

const http = (settings: Partial<SourceHttpSettings> = {}) =>
  new SourceHttp({ userAgent: 'Broadsheet/0.0.0 (+https://example.org)', backoffMs: 5, timeoutMs: 300, attempts: 4, ...settings });

const oneDay = { since: '2025-10-28', until: '2025-10-28' };

describe('HubConnector', () => {
  it('reads days in order and follows the next links of each', async () => {
    await using server = await sourceServer((path) => {
      const page = Number(path.searchParams.get('p'));
      const date = path.searchParams.get('date');
      const next = page < 2 ? { link: `<${path.pathname}?date=${date}&p=${page + 1}&limit=100>; rel="next"` } : {};
      return json([hubRow(page + (date === '2025-10-28' ? 0 : 10))], next);
    });
    const connector = new HubConnector(server.url, { since: '2025-10-28', until: '2025-10-29' }, http());
    const items = await collect(connector);
    expect(papersOf(items).map(({ id, listedOn }) => [id, listedOn])).toEqual(
      [0, 1, 2, 10, 11, 12].map((n) => [`2510.${String(n).padStart(5, '0')}`, n < 10 ? '2025-10-28' : '2025-10-29']),
    );
    expect(lastCheckpoint(items)).toEqual({ day: '2025-10-29' });
    expect(connector.fraction()).toBe(1);
    expect(server.requests[0]).toMatchObject({
      path: '/api/daily_papers?date=2025-10-28&p=0&limit=100',
      agent: 'Broadsheet/0.0.0 (+https://example.org)',
    });
  });

  it('goes on with the day of its checkpoint', async () => {
    await using server = await sourceServer(() => json([]));
    await collect(new HubConnector(server.url, { since: '2025-10-01', until: '2025-10-29' }, http()), { day: '2025-10-28' });
    expect(server.requests.map(({ path }) => path.slice(0, 34))).toEqual([
      '/api/daily_papers?date=2025-10-28&',
      '/api/daily_papers?date=2025-10-29&',
    ]);
  });

  it('says which of the days that were asked for it leaves out', () => {
    const connector = new HubConnector(new URL('http://localhost/'), { since: '2025-10-10', until: '2025-10-29' }, http());
    expect(connector.goesOnFrom({ day: '2025-10-28' })).toBe('2025-10-28');
    expect(connector.goesOnFrom({ day: '2025-10-01' })).toBeNull();
    expect(connector.goesOnFrom(null)).toBeNull();
  });

  const troubles: { why: string; trouble: Reply }[] = [
    { why: 'a 500', trouble: status(500) },
    { why: 'a 429 with Retry-After', trouble: status(429, { 'retry-after': '0' }) },
    { why: 'JSON that ends too soon', trouble: body('[{"paper": {"id": "2510.0') },
    { why: 'a connection cut in the middle', trouble: cutOff('[{"paper": ') },
    { why: 'silence past the time-out', trouble: silence },
    { why: 'a page that is no list', trouble: json({ error: 'try later' }) },
  ];
  it.each(troubles)('asks again after $why', async ({ trouble }) => {
    await using server = await sourceServer((_, n) => (n <= 2 ? trouble : json([hubRow(1)])));
    expect(papersOf(await collect(new HubConnector(server.url, oneDay, http())))).toHaveLength(1);
    expect(server.requests).toHaveLength(3);
  });

  it('waits as long as Retry-After asks', async () => {
    await using server = await sourceServer((_, n) => (n === 1 ? status(503, { 'retry-after': '1' }) : json([])));
    await collect(new HubConnector(server.url, oneDay, http()));
    expect(server.requests[1]!.at - server.requests[0]!.at).toBeGreaterThan(950);
  });

  it.each([
    { why: 'after its last try', reply: status(502), requests: 4 },
    { why: 'at once when it is refused for good', reply: status(403), requests: 1 },
  ])('gives up $why and says so', async ({ reply, requests }) => {
    await using server = await sourceServer(() => reply);
    await expect(collect(new HubConnector(server.url, oneDay, http()))).rejects.toThrow(SourceFailure);
    expect(server.requests).toHaveLength(requests);
  });

  it('ends when the server links to a page that was read already', async () => {
    await using server = await sourceServer((path) => json([hubRow(1)], { link: `<${path.href}>; rel="next"` }));
    await expect(collect(new HubConnector(server.url, oneDay, http()))).rejects.toThrow('read already');
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  it('follows no link to another host', async () => {
    await using elsewhere = await sourceServer(() => json([hubRow(9)]));
    await using server = await sourceServer((_, n) =>
      n === 1 ? json([hubRow(1)], { link: `<${elsewhere.url.href}api/daily_papers?p=1>; rel="next"` }) : json([hubRow(2)]),
    );
    expect(papersOf(await collect(new HubConnector(server.url, oneDay, http())))).toHaveLength(2);
    expect(elsewhere.requests).toEqual([]);
  });

  it('refuses a bad row with its page and place, and an answer without bounds', async () => {
    await using server = await sourceServer(() => json([hubRow(1, {}, { title: undefined, ...{} }), { paper: {} }]));
    expect(refusalsOf(await collect(new HubConnector(server.url, oneDay, http())))).toMatchObject([{ item: 1, field: 'id' }]);
    await expect(collect(new HubConnector(server.url, oneDay, http({ maxBytes: 100 })))).rejects.toThrow('over 100 bytes');
  });
});
