import { collect, lastCheckpoint, papersOf, refusalsOf } from '../fixtures/collect.js';
import { arxivRecord, deletedRecord, oaiError, oaiPage, resumptionToken } from '../fixtures/invented.js';
import { body, sourceServer, status } from '../fixtures/source-server.js';
import { SourceHttp } from '../http/source-http.js';
import { type ArxivHarvest, ArxivConnector } from './arxiv.connector.js';

const connect = (url: URL, harvest: ArxivHarvest = {}, intervalMs = 0) =>
  new ArxivConnector(new URL('/oai', url), harvest, new SourceHttp({ userAgent: 'test', backoffMs: 5, attempts: 3, intervalMs }));

describe('ArxivConnector', () => {
  it('reads the arXiv format whole', async () => {
    await using server = await sourceServer(() => body(oaiPage([arxivRecord('2510.00001')])));
    expect(papersOf(await collect(connect(server.url)))).toEqual([
      {
        id: '2510.00001',
        title: 'Invented & Unproven: a <b>bold</b> claim',
        abstract: 'We invent $\\alpha$-methods. They work.',
        authors: ['Ada Example', "Bo O'Sample Jr.", 'The Invented Collaboration'],
        publishedAt: '2025-10-20',
        topics: ['cs.CL', 'cs.LG'],
        aliases: ['10.1234/invented.2510.00001'],
        upvotes: 0,
        comments: 0,
        cites: [],
        source: 'arxiv',
      },
    ]);
  });

  it('goes through a list by its tokens, and remembers the newest day at its end', async () => {
    await using server = await sourceServer((path) => {
      const token = path.searchParams.get('resumptionToken');
      if (token === null) return body(oaiPage([arxivRecord('2510.00001')], resumptionToken('t|1', 0, 3)));
      if (token === 't|1') return body(oaiPage([arxivRecord('cs/0112017')], resumptionToken('t|2', 1, 3)));
      return body(oaiPage([deletedRecord('2510.00003')], resumptionToken('', 2, 3)));
    });
    const connector = connect(server.url, { since: '2025-10-01', until: '2025-10-31', set: 'cs' });
    const items = await collect(connector);
    expect(papersOf(items).map(({ id }) => id)).toEqual(['2510.00001', 'cs/0112017']);
    expect(items.filter(({ kind }) => kind === 'withdrawn')).toEqual([{ kind: 'withdrawn', paperId: '2510.00003' }]);
    expect(lastCheckpoint(items)).toEqual({ from: '2025-10-29' });
    expect(connector.fraction()).toBe(1);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/oai?verb=ListRecords&metadataPrefix=arXiv&from=2025-10-01&until=2025-10-31&set=cs',
      '/oai?verb=ListRecords&resumptionToken=t%7C1',
      '/oai?verb=ListRecords&resumptionToken=t%7C2',
    ]);
  });

  it('resumes in the middle of a list, and begins again from its day when the token has expired', async () => {
    await using server = await sourceServer((path) =>
      body(path.searchParams.get('resumptionToken') === 'old' ? oaiError('badResumptionToken') : oaiPage([arxivRecord('2510.00001')])),
    );
    const items = await collect(connect(server.url), { from: '2025-10-15', token: 'old' });
    expect(papersOf(items)).toHaveLength(1);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/oai?verb=ListRecords&resumptionToken=old',
      '/oai?verb=ListRecords&metadataPrefix=arXiv&from=2025-10-15',
    ]);
  });

  it('asks no faster than its interval, and waits when it is told to', async () => {
    await using server = await sourceServer((path, n) => {
      if (n === 2) return status(503, { 'retry-after': '1' });
      return body(oaiPage([], path.searchParams.has('resumptionToken') ? '' : resumptionToken('next', 0, 2)));
    });
    await collect(connect(server.url, {}, 200));
    const [first, second, third] = server.requests.map(({ at }) => at);
    // When a request arrives is not when it was sent: on a busy machine the first is late and the gap looks shorter. Without an interval it is some 5 ms.
    expect(second! - first!).toBeGreaterThanOrEqual(120);
    expect(third! - second!).toBeGreaterThan(950);
  });

  it('reads XML again that was cut off, or that is an error page in disguise', async () => {
    await using server = await sourceServer((_, n) => {
      if (n === 1) return body(oaiPage([arxivRecord('2510.00001')]).slice(0, 700));
      return n === 2 ? body('<html><body>Rate exceeded.</body></html>') : body(oaiPage([arxivRecord('2510.00001')]));
    });
    expect(papersOf(await collect(connect(server.url)))).toHaveLength(1);
    expect(server.requests).toHaveLength(3);
  });

  it('ends when a token comes for the second time', async () => {
    await using server = await sourceServer(() => body(oaiPage([arxivRecord('2510.00001')], resumptionToken('again', 0, 9))));
    await expect(collect(connect(server.url))).rejects.toThrow('second time');
    expect(server.requests.length).toBeLessThanOrEqual(3);
  });

  it('takes "no records match" as an empty list, and other errors as failures', async () => {
    await using empty = await sourceServer(() => body(oaiError('noRecordsMatch')));
    expect(await collect(connect(empty.url))).toEqual([]);
    await using wrong = await sourceServer(() => body(oaiError('badArgument')));
    await expect(collect(connect(wrong.url))).rejects.toThrow('badArgument');
  });

  it('refuses a record that is no paper with its page and place', async () => {
    const untitled = arxivRecord('2510.00002').replace(/<title>[^]*<\/title>/, '');
    await using server = await sourceServer(() => body(oaiPage([arxivRecord('2510.00001'), untitled, deletedRecord('"&gt;')])));
    const items = await collect(connect(server.url));
    expect(papersOf(items)).toHaveLength(1);
    expect(refusalsOf(items)).toMatchObject([
      { item: 1, field: 'title' },
      { item: 2, field: 'header.identifier' },
    ]);
  });

  it('expands no entities of a hostile document', async () => {
    const bomb = oaiPage([arxivRecord('2510.00001').replace('Invented &amp;', '&lol;&lol;')]).replace(
      '?>',
      '?><!DOCTYPE x [<!ENTITY lol "ha"><!ENTITY big "&lol;&lol;&lol;">]>',
    );
    await using server = await sourceServer(() => body(bomb));
    const outcome = await collect(connect(server.url)).then(papersOf, () => []);
    for (const { title } of outcome) expect(title.length).toBeLessThan(200);
  });
});
