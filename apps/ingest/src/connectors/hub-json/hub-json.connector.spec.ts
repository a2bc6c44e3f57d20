import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { collect, lastCheckpoint, papersOf, refusalsOf } from '../fixtures/collect.js';
import { hubRow } from '../fixtures/invented.js';
import { HubJsonConnector } from './hub-json.connector.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hub-json-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
};

describe('HubJsonConnector', () => {
  it('reads a row whole', async () => {
    const path = await write('2025-10-28.json', JSON.stringify([hubRow(1)]));
    expect(papersOf(await collect(new HubJsonConnector(path)))).toEqual([
      {
        id: '2510.00001',
        title: 'Invented Paper 1: On Nothing in Particular',
        abstract: 'We invent a method. It works on invented data.',
        authors: ['Ada Example 1', 'Bo Sample'],
        publishedAt: '2025-10-27T17:59:59.000Z',
        listedOn: '2025-10-28',
        submittedAt: '2025-10-28T04:12:33.123Z',
        submitter: 'sam',
        organization: { name: 'acme', fullName: 'Acme Labs' },
        topics: ['invention', 'nothing'],
        githubRepo: 'https://github.com/example/invented',
        githubStars: 12,
        upvotes: 1,
        comments: 2,
        aliases: [],
        cites: [],
        source: 'hub',
      },
    ]);
  });

  it.each([
    { why: 'is encoded twice', wrap: (rows: unknown) => JSON.stringify(JSON.stringify(rows)) },
    { why: 'is encoded three times', wrap: (rows: unknown) => JSON.stringify(JSON.stringify(JSON.stringify(rows))) },
    { why: 'begins with a byte order mark', wrap: (rows: unknown) => `\uFEFF${JSON.stringify(rows)}` },
    { why: 'wraps the list in an object', wrap: (rows: unknown) => JSON.stringify({ date: '2025-10-28', papers: rows }) },
    { why: 'wraps the list under another name', wrap: (rows: unknown) => JSON.stringify({ data: rows }) },
  ])('reads a file that $why', async ({ wrap }) => {
    const path = await write('day.json', wrap([hubRow(1), hubRow(2)]));
    expect(papersOf(await collect(new HubJsonConnector(path))).map(({ id }) => id)).toEqual(['2510.00001', '2510.00002']);
  });

  it.each([
    {
      why: 'takes what only the row has',
      row: hubRow(1, {}, { title: undefined, summary: undefined }),
      expected: { title: 'Invented Paper 1', abstract: 'We invent a method.' },
    },
    {
      why: 'takes the newer names of submission',
      row: hubRow(
        1,
        { submittedBy: undefined },
        { submittedOnDailyAt: undefined, submittedOnDailyBy: undefined, submittedAt: '2025-10-28T05:00:00Z', submittedBy: { name: 'sue' } },
      ),
      expected: { submittedAt: '2025-10-28T05:00:00.000Z', submitter: 'sue' },
    },
    {
      why: 'takes a submission at midnight as a day only',
      row: hubRow(1, {}, { submittedOnDailyAt: '2025-10-28T00:00:00.000Z' }),
      expected: { submittedAt: undefined, listedOn: '2025-10-28' },
    },
    { why: 'takes authors that are plain names', row: hubRow(1, {}, { authors: ['Ada', '', 'Bo'] }), expected: { authors: ['Ada', 'Bo'] } },
    {
      why: 'takes a paper without authors, links, votes or comments',
      row: { paper: { id: '2510.00001', title: 'Bare', publishedAt: '2025-10-27' } },
      expected: { authors: [], upvotes: 0, comments: 0, abstract: '' },
    },
    { why: 'takes a row that is the paper itself', row: hubRow(1).paper, expected: { id: '2510.00001', upvotes: 1 } },
    {
      why: 'drops a link that is none, and keeps the paper',
      row: hubRow(1, {}, { githubRepo: 'ask the authors' }),
      expected: { githubRepo: undefined },
    },
    { why: 'reads votes that went below zero as none', row: hubRow(1, {}, { upvotes: -2 }), expected: { upvotes: 0 } },
  ])('$why', async ({ row, expected }) => {
    const [paper] = papersOf(await collect(new HubJsonConnector(await write('saved.json', JSON.stringify([row])))));
    expect(paper).toMatchObject(Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)));
    for (const [field, value] of Object.entries(expected)) if (value === undefined) expect(paper).not.toHaveProperty(field);
  });

  it('keeps all of 664 authors', async () => {
    const authors = Array.from({ length: 664 }, (_, n) => ({ name: `Author ${n}` }));
    const [paper] = papersOf(await collect(new HubJsonConnector(await write('big.json', JSON.stringify([hubRow(1, {}, { authors })])))));
    expect(paper?.authors).toHaveLength(664);
  });

  it('reads a folder in the order of its days, and reports what it cannot read with file and place', async () => {
    await write('2025/2025-10-29.json', JSON.stringify([hubRow(3)]));
    await write('2025/2025-10-27.json.gz', gzipSync(JSON.stringify([hubRow(1)])));
    const cut = await write('2025/2025-10-28.json', JSON.stringify([hubRow(2)]).slice(0, -40));
    const odd = await write('2025/2025-10-30.json', JSON.stringify([hubRow(4, {}, { id: 'not an id!' }), 7, hubRow(5)]));
    const none = await write('2025/2025-10-31.json', '{"error": "nothing here"}');
    await write('2025/notes.txt', 'not ours');
    const connector = new HubJsonConnector(folder);
    const items = await collect(connector);
    expect(papersOf(items).map(({ id, listedOn }) => [id, listedOn])).toEqual([
      ['2510.00001', '2025-10-27'],
      ['2510.00003', '2025-10-29'],
      ['2510.00005', '2025-10-30'],
    ]);
    expect(refusalsOf(items)).toMatchObject([
      { file: cut, rule: expect.stringContaining('must be JSON') },
      { file: odd, item: 0, field: 'id' },
      { file: odd, item: 1, rule: 'must be an object' },
      { file: none, rule: 'must hold a list of papers' },
    ]);
    expect(connector.fraction()).toBe(1);
  });

  it('goes on after the last whole day, and reads a day again that grew', async () => {
    await write('2025-10-27.json', JSON.stringify([hubRow(1)]));
    await write('2025-10-28.json', JSON.stringify([hubRow(2)]));
    const checkpoint = lastCheckpoint(await collect(new HubJsonConnector(folder)));
    expect(papersOf(await collect(new HubJsonConnector(folder), checkpoint))).toEqual([]);
    await write('2025-10-28.json', JSON.stringify([hubRow(2), hubRow(3)]));
    await write('2025-10-29.json', JSON.stringify([hubRow(4)]));
    const again = papersOf(await collect(new HubJsonConnector(folder), checkpoint));
    expect(again.map(({ id }) => id)).toEqual(['2510.00002', '2510.00003', '2510.00004']);
  });
});
