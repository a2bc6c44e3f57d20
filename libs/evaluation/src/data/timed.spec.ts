import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dataSchemas, eventTypes, paperIdSchema } from '#contracts';
import { readFilmRatings } from './film-ratings.js';
import { readOwnLog } from './own-log.js';
import { happened, paperIdOf, readerRefOf } from './timed.js';
import type { TimedData } from './timed.js';
import { readVotingSite } from './voting-site.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timed-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (name: string, ...lines: string[]): Promise<void> => {
  const text = `${lines.join('\n')}\n`;
  return writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
};

const brief = ({ events }: TimedData): string[] =>
  events.map(({ at, role, paper, held }) => `${new Date(at).toISOString()} ${role} ${paper ?? '-'}${held ? ' held' : ''}`);

describe('film ratings', () => {
  const films = ['item,title,year,genres', '1,Toy Story,1995,Animation Comedy', "2,\"Usual Suspects, The\",1995,Crime", '3,Lost,unknown,'];

  it('are choices of films that exist from the start, with genres as topics', async () => {
    await put('items.csv.gz', ...films);
    await put('interactions.csv.gz', 'user,item,rating,timestamp', '7,2,1,2000', '7,1,5,1000', '7,1,4,3000');
    const data = await readFilmRatings(folder, null);
    expect(brief(data)).toEqual(['1970-01-01T00:16:40.000Z choice film:1', '1970-01-01T00:33:20.000Z choice film:2']);
    expect(data.papers.map(({ at, paper }) => [at, paper.title, paper.topics])).toEqual([
      [1_000_000, 'Toy Story', ['Animation', 'Comedy']],
      [1_000_000, 'Usual Suspects, The', ['Crime']],
      [1_000_000, 'Lost', []],
    ]);
    expect(data.events[0]!.event.data).toMatchObject({ action: 'upvote', on: true, readerRef: readerRefOf('7') });
  });

  it('take held-back rows into the stream at their times', async () => {
    await put('items.csv.gz', ...films);
    await put('interactions.csv.gz', 'user,item,rating,timestamp', '7,1,5,1000', '7,2,5,3000');
    await put('held.csv', 'user,item,rating,timestamp', '8,1,3,2000');
    expect(brief(await readFilmRatings(folder, join(folder, 'held.csv')))).toEqual([
      '1970-01-01T00:16:40.000Z choice film:1',
      '1970-01-01T00:33:20.000Z choice film:1 held',
      '1970-01-01T00:50:00.000Z choice film:2',
    ]);
  });

  it.each([
    { why: 'a time that is none', row: '7,1,5,soon', told: 'interactions.csv.gz line 2: timestamp must be whole seconds since 1970' },
    { why: 'a cell too few', row: '7,1,5', told: 'interactions.csv.gz line 2: 3 cells, the header has 4' },
    { why: 'a film that is not there', row: '7,9,5,1000', told: 'user 7 rated item 9, which items.csv.gz does not have' },
  ])('tell file, line and column of $why', async ({ row, told }) => {
    await put('items.csv.gz', ...films);
    await put('interactions.csv.gz', 'user,item,rating,timestamp', row);
    await expect(readFilmRatings(folder, null)).rejects.toThrow(told);
  });
});

describe('a voting site', () => {
  const question = (id: number, createdAt: string, author: string | null): string =>
    JSON.stringify({ id, title: `Question ${id}`, text: 'What is it?', tags: ['nets'], createdAt, author });

  it('has choices, contacts and votes of unknown people, which count at the end of their day', async () => {
    await put('questions.jsonl.gz', question(1, '2020-01-01T08:00:00Z', '5'), question(2, '2020-01-01T09:00:00Z', null));
    await put(
      'events.csv.gz',
      'at,type,user,question_id,post_id',
      '2020-01-01,upvote,,1,1',
      '2020-01-01,accept,,1,3',
      '2020-01-01T08:00:00Z,ask,5,1,1',
      '2020-01-01T10:00:00Z,answer,6,1,3',
      '2020-01-01T11:00:00Z,comment,6,1,3',
      '2020-01-01T12:00:00Z,comment,5,1,1',
      '2020-01-01T13:00:00Z,comment,5,9,9',
    );
    const data = await readVotingSite(folder, null);
    expect(brief(data)).toEqual([
      '2020-01-01T08:00:00.000Z contact question:1',
      '2020-01-01T10:00:00.000Z choice question:1',
      '2020-01-01T11:00:00.000Z contact question:1',
      '2020-01-01T12:00:00.000Z contact question:1',
      '2020-01-01T23:59:59.999Z vote question:1',
    ]);
    expect(data.papers.map(({ paper }) => [paper.id, paper.submitter, paper.topics])).toEqual([
      ['question:1', '5', ['nets']],
      ['question:2', undefined, ['nets']],
    ]);
    expect(data.reading.at(-1)).toBe('1 rows left out: no file has their question');
    // Asking is no vote for one's own question.
    expect(data.events[0]!.event.data).toMatchObject({ action: 'save', trust: 'client' });
  });

  it('knows the questions that lie beside held-back rows', async () => {
    await put('questions.jsonl.gz', question(1, '2020-01-01T08:00:00Z', '5'));
    await put('events.csv.gz', 'at,type,user,question_id,post_id', '2020-01-01T08:00:00Z,ask,5,1,1');
    const held = await mkdtemp(join(tmpdir(), 'held-'));
    await writeFile(join(held, 'questions.jsonl.gz'), gzipSync(`${question(2, '2020-01-02T08:00:00Z', '6')}\n`));
    await writeFile(join(held, 'events.csv'), 'at,type,user,question_id,post_id\n2020-01-02T09:00:00Z,answer,5,2,7\n');
    const data = await readVotingSite(folder, join(held, 'events.csv'));
    await rm(held, { recursive: true });
    expect(brief(data).at(-1)).toBe('2020-01-02T09:00:00.000Z choice question:2 held');
  });

  it.each([
    { why: 'a type that is none', row: '2020-01-01,like,5,1,1', told: 'events.csv.gz line 2: type must be upvote, downvote' },
    { why: 'a time that is none', row: 'yesterday,ask,5,1,1', told: 'events.csv.gz line 2: at must be a day such as 2016-08-02' },
  ])('tells file, line and column of $why', async ({ row, told }) => {
    await put('questions.jsonl.gz', question(1, '2020-01-01T08:00:00Z', '5'));
    await put('events.csv.gz', 'at,type,user,question_id,post_id', row);
    await expect(readVotingSite(folder, null)).rejects.toThrow(told);
  });
});

describe('an export of our own log', () => {
  const paper = { id: 'p-1', title: 'A paper', publishedAt: '2020-01-01', source: 'seed' };
  const upserted = {
    specversion: '1.0',
    id: 'event-0001',
    source: 'ingest',
    type: eventTypes.paperUpserted,
    time: '2020-01-05T00:00:00Z',
    recordedtime: '2020-01-05T00:00:01Z',
    dataschema: dataSchemas.paperUpserted,
    data: { ...paper, id: 'p-2' },
  };
  const on = { on: true };
  const [reader, other] = [readerRefOf('a'), readerRefOf('b')];
  const first = happened('1', Date.parse('2020-01-02T00:00:00Z'), reader, 'open', paperIdOf('p', '1'));
  const at = (day: number): number => Date.parse(`2020-01-0${day}T12:00:00Z`);

  it('has papers bare or as events, and the first contact of a kind that counts as the choice', async () => {
    const id = paperIdSchema.parse('p-1');
    await put('papers.jsonl', JSON.stringify(paper), JSON.stringify(upserted));
    const events = [
      happened('1', at(6), reader, 'impression', id),
      happened('2', at(7), reader, 'open', id),
      happened('3', at(8), reader, 'upvote', id, on),
      happened('4', at(9), other, 'upvote', id, { on: false }),
    ];
    await put('interactions.jsonl.gz', ...events.map((event) => JSON.stringify(event)));
    const data = await readOwnLog(folder, null);
    expect(data.papers.map(({ at: since, paper: { id: known } }) => `${new Date(since).toISOString()} ${known}`)).toEqual([
      '2020-01-01T00:00:00.000Z p-1',
      '2020-01-05T00:00:01.000Z p-2',
    ]);
    expect(brief(data).map((line) => line.slice(25))).toEqual(['other p-1', 'choice p-1', 'contact p-1', 'other p-1']);
  });

  it.each([
    { why: 'a paper', file: 'papers.jsonl', line: JSON.stringify({ ...paper, title: 7 }), told: 'papers.jsonl line 1: title must be text' },
    { why: 'a paper event', file: 'papers.jsonl', line: JSON.stringify({ ...upserted, data: { id: 'x' } }), told: 'papers.jsonl line 1: data.title is required' },
    { why: 'JSON', file: 'papers.jsonl', line: '{"id":', told: 'papers.jsonl line 1:  must be JSON' },
    { why: 'an interaction', file: 'interactions.jsonl', line: JSON.stringify({ ...first, data: { ...first.data, action: 'like' } }), told: 'interactions.jsonl line 1: data.action must be one of upvote' },
  ])('tells file, line and field of what is no $why', async ({ file, line, told }) => {
    await put('papers.jsonl', JSON.stringify(paper));
    await put('interactions.jsonl', JSON.stringify(first));
    await put(file, line);
    await expect(readOwnLog(folder, null)).rejects.toThrow(told);
  });
});
