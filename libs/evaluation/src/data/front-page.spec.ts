import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readFrontPage, spanOf } from './front-page.js';

const header = 'observed_at,rank,story_id,upvotes,comments';
const observations = [
  '2026-01-01T00:10:00Z,1,100,5,1',
  '2026-01-01T00:10:00Z,2,98,9,0',
  '2026-01-01T00:40:00Z,1,100,8,2',
  '2026-01-01T01:10:00Z,1,100,7,2',
  '2026-01-01T01:10:00Z,2,99,3,0',
];
const stories = ['story_id,title,submitted_est', '100,"A title, with a comma",2025-12-31T23:00:00Z'];

describe('readFrontPage', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broadsheet-front-page-'));
    await writeFile(join(folder, 'stories.csv'), stories.join('\n'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (lines: readonly string[], name = 'observations.csv.gz') =>
    writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(lines.join('\n')) : lines.join('\n'));

  it('gathers each story’s readings in order of time, and takes a fall as standing still', async () => {
    await write([header, ...observations.toReversed()]);
    const page = await readFrontPage(folder, null);
    expect([page.from, page.to].map((time) => new Date(time).toISOString())).toEqual(['2026-01-01T00:10:00.000Z', '2026-01-01T01:10:00.000Z']);
    const story = page.stories.find(({ id }) => id === '100')!;
    expect([...story.upvotes]).toEqual([5, 8, 8]);
    expect([...story.comments]).toEqual([1, 2, 2]);
    expect(story.postedAt).toBe(Date.parse('2025-12-31T23:00:00Z'));
  });

  it('dates a story of unknown posting by the first sighting of any later number', async () => {
    await write([header, ...observations], 'observations.csv');
    const { stories: read } = await readFrontPage(folder, null);
    const postedAt = (id: string) => new Date(read.find((story) => story.id === id)!.postedAt).toISOString();
    // 99 was seen at 01:10 only, but 100, which is younger, at 00:10 already; less the usual climb of 59 minutes.
    expect(postedAt('99')).toBe('2025-12-31T23:11:00.000Z');
    expect(postedAt('98')).toBe('2025-12-31T23:11:00.000Z');
  });

  it('joins later observations to the earlier ones', async () => {
    await write([header, ...observations]);
    const later = join(folder, 'later.csv');
    await writeFile(later, [header, '2026-01-02T00:00:00Z,1,100,20,4', '2026-01-02T00:30:00Z,1,200,2,0'].join('\n'));
    const page = await readFrontPage(folder, later);
    expect([...page.stories.find(({ id }) => id === '100')!.upvotes]).toEqual([5, 8, 8, 20]);
    expect(page.stories.some(({ id }) => id === '200')).toBe(true);
    expect(await spanOf(later)).toEqual({ from: Date.parse('2026-01-02T00:00:00Z'), to: Date.parse('2026-01-02T00:30:00Z') });
  });

  it.each([
    { why: 'a count that is none', line: '2026-01-01T00:10:00Z,1,100,many,0', expected: /observations\.csv\.gz line 2: upvotes/ },
    { why: 'a count below 0', line: '2026-01-01T00:10:00Z,1,100,-1,0', expected: /line 2: upvotes/ },
    { why: 'a time that is none', line: 'yesterday,1,100,1,0', expected: /line 2: observed_at/ },
    { why: 'a missing cell', line: '2026-01-01T00:10:00Z,1,100,1', expected: /line 2: 4 cells, the header has 5/ },
  ])('names file, line and column of $why', async ({ line, expected }) => {
    await write([header, line]);
    await expect(readFrontPage(folder, null)).rejects.toThrow(expected);
  });

  it('says when a file holds no observation', async () => {
    await write([header]);
    await expect(spanOf(join(folder, 'observations.csv.gz'))).rejects.toThrow(/holds no observation/);
  });
});
