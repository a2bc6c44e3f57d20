import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { collect, lastCheckpoint, papersOf, refusalsOf } from '../fixtures/collect.js';
import { SourceFailure } from '../source.failure.js';
import { JsonlConnector } from './jsonl.connector.js';
import { LineReader } from './line-reader.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jsonl-'));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const own = (id: string) => JSON.stringify({ id, title: `Paper ${id}`, publishedAt: '2025-10-27', source: 'seed', authorCount: 3 });
const archived = (id: string, fields = {}) =>
  JSON.stringify({
    id,
    title: 'An  archived\npaper',
    abstract: 'Text.',
    authors: ['Ada Example'],
    publishedAt: '2025-10-27T17:59:59Z',
    listedOn: '2025-10-28',
    submittedAt: null,
    submitter: 'u00001',
    organization: { name: null, fullName: 'Acme Labs' },
    keywords: ['one', 'two'],
    githubRepo: 'https://github.com/example/x',
    projectPage: null,
    githubStars: null,
    githubStarsAsOf: null,
    authorParticipating: null,
    upvotes: 3,
    upvotesAsOf: '2026-03-17T12:49:35Z',
    comments: null,
    commentsAsOf: null,
    listedOnInferred: false,
    ...fields,
  });

describe('JsonlConnector', () => {
  it('reads our own format', async () => {
    const [paper] = papersOf(await collect(new JsonlConnector(await write('own.jsonl', own('a')))));
    expect(paper).toMatchObject({ id: 'a', authorCount: 3, source: 'seed', authors: [], upvotes: 0 });
  });

  it('reads the archive format: nulls become absent, keywords become topics', async () => {
    const [paper] = papersOf(await collect(new JsonlConnector(await write('archive.jsonl', archived('2510.00001')))));
    expect(paper).toEqual({
      id: '2510.00001',
      title: 'An archived paper',
      abstract: 'Text.',
      authors: ['Ada Example'],
      publishedAt: '2025-10-27T17:59:59.000Z',
      listedOn: '2025-10-28',
      submitter: 'u00001',
      organization: { name: 'Acme Labs', fullName: 'Acme Labs' },
      topics: ['one', 'two'],
      githubRepo: 'https://github.com/example/x',
      upvotes: 3,
      comments: 0,
      countsAsOf: '2026-03-17T12:49:35.000Z',
      aliases: [],
      cites: [],
      source: 'jsonl',
    });
  });

  it('names line, field and rule of what it refuses, and goes on', async () => {
    const lines = [
      own('a'),
      '{"id": ',
      '[]',
      '',
      JSON.stringify({ id: 'b', publishedAt: '2025-10-27' }),
      archived('c', { title: null }),
      `"${'x'.repeat(2 ** 20)}"`,
      own('d'),
    ];
    const path = await write('bad.jsonl', `${lines.join('\r\n')}\n`);
    const items = await collect(new JsonlConnector(path));
    expect(papersOf(items).map(({ id }) => id)).toEqual(['a', 'd']);
    expect(refusalsOf(items)).toMatchObject([
      { file: path, line: 2, rule: expect.stringContaining('must be JSON') },
      { line: 3, rule: 'must be a JSON object' },
      { line: 5, field: 'title' },
      { line: 6, field: 'title' },
      { line: 7, rule: expect.stringContaining('must be shorter') },
    ]);
  });

  it('goes on after the line of its checkpoint, and begins again when the file is another one', async () => {
    const path = await write('resume.jsonl', [own('a'), own('b'), own('c')].join('\n'));
    const items = await collect(new JsonlConnector(path));
    expect(papersOf(await collect(new JsonlConnector(path), items[1]?.checkpoint)).map(({ id }) => id)).toEqual(['c']);
    expect(await collect(new JsonlConnector(path), lastCheckpoint(items))).toEqual([]);
    await write('resume.jsonl', [own('x'), own('b'), own('c')].join('\n'));
    expect(papersOf(await collect(new JsonlConnector(path), lastCheckpoint(items)))).toHaveLength(3);
    expect(papersOf(await collect(new JsonlConnector(path), { other: 'shape' }))).toHaveLength(3);
  });

  it('unpacks .gz, and says so when it is cut', async () => {
    const many = Array.from({ length: 3_000 }, (_, i) => own(`p${i}`)).join('\n');
    const packed = gzipSync(many);
    const connector = new JsonlConnector(await write('many.jsonl.gz', packed));
    expect(papersOf(await collect(connector))).toHaveLength(3_000);
    expect(connector.fraction()).toBe(1);
    await expect(collect(new JsonlConnector(await write('cut.jsonl.gz', packed.subarray(0, packed.length / 2))))).rejects.toThrow(
      SourceFailure,
    );
  });

  it('says which file it cannot find', async () => {
    await expect(collect(new JsonlConnector(join(folder, 'nowhere.jsonl')))).rejects.toThrow(/nowhere\.jsonl/);
  });
});

describe('LineReader', () => {
  it.each([
    { why: 'no final newline', content: 'a\nb', expected: ['a', 'b'] },
    { why: 'a final newline', content: 'a\nb\n', expected: ['a', 'b'] },
    { why: 'empty lines', content: '\n\na\n', expected: ['', '', 'a'] },
    { why: 'an empty file', content: '', expected: [] },
  ])('reads a file with $why', async ({ content, expected }) => {
    const lines: unknown[] = [];
    for await (const line of new LineReader(await write('lines', content)).lines(new AbortController().signal)) lines.push(line);
    expect(lines).toEqual(expected.map((text, i) => ({ kind: 'line', number: i + 1, text })));
  });

  it('holds no more than its limit of a line without end', async () => {
    const lines: unknown[] = [];
    const path = await write('endless', `ok\n${'x'.repeat(500_000)}\nok`);
    for await (const line of new LineReader(path, 1_000).lines(new AbortController().signal)) lines.push(line);
    expect(lines).toEqual([
      { kind: 'line', number: 1, text: 'ok' },
      { kind: 'too-long', number: 2, bytes: 500_000 },
      { kind: 'line', number: 3, text: 'ok' },
    ]);
  });
});
