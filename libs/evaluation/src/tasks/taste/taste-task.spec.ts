import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { jest } from '@jest/globals';
import { tasteTask } from './taste-task.js';
import { systemNames } from './taste-report.js';

const DAYS = 18;
const READERS = 6;
const dateOf = (day: number): string => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10);
const subjects = ['robots', 'speech', 'proteins', 'graphs', 'images', 'proofs', 'markets'];

/** Every day each reader puts a paper of their group on the page, on a subject of their own; one more paper is nobody's. */
const papers = Array.from({ length: DAYS * (READERS + 1) }, (_, at) => {
  const [day, reader] = [Math.floor(at / (READERS + 1)), at % (READERS + 1)];
  return {
    id: `25${String(day + 10)}.${String(reader).padStart(5, '0')}`,
    title: `On ${subjects[reader]!} ${day}`,
    abstract: `We study ${subjects[reader]!} and the number ${(day * 7) % 5} with great care.`,
    authors: reader === READERS ? [`Nobody ${day}`] : [`Head of group ${reader}`, `Guest ${day % 4}`],
    publishedAt: dateOf(day),
    listedOn: dateOf(day),
    upvotes: 3,
    upvotesAsOf: '2025-06-01T00:00:00Z',
  };
});
const rows = (days: (day: number) => boolean): string =>
  ['user,paper_id,submitted_on,submitted_at']
    .concat(
      papers.flatMap(({ id, listedOn }, at) => {
        const [day, reader] = [Math.floor(at / (READERS + 1)), at % (READERS + 1)];
        return reader === READERS || !days(day) ? [] : [`u${reader},${id},${listedOn},`];
      }),
    )
    .join('\n');

/** Trains a few rankers. */
jest.setTimeout(60_000);

describe('the taste task', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broadsheet-taste-spec-'));
    await writeFile(join(folder, 'papers.jsonl.gz'), gzipSync(papers.map((paper) => JSON.stringify(paper)).join('\n')));
    await writeFile(join(folder, 'upvote_snapshots.csv.gz'), gzipSync('paper_id,observed_at,upvotes,comments,source\n'));
    await writeFile(join(folder, 'submissions.csv.gz'), gzipSync(rows((day) => day < DAYS - 2)));
    await writeFile(
      join(folder, 'held-back.csv'),
      rows((day) => day >= DAYS - 2),
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (test: string | null) => tasteTask.run({ data: folder, test, seeds: [1], say: () => undefined });

  it('judges each submission after the third of a reader, by all systems on the same cases', async () => {
    const report = await run(null);
    const [all] = report.tables;
    expect(all).toMatchObject({ group: 'all', cases: (DAYS - 2 - 3) * READERS });
    expect(all!.rows.map(({ system }) => system)).toEqual(Object.values(systemNames));
    const mrr = (system: string): number => all!.rows.find((row) => row.system === system)!.values['MRR']!;
    expect(mrr(systemNames.ours)).toBeGreaterThan(0.9);
    expect(mrr(systemNames.chance)).toBeLessThan(0.5);
    expect(report.goals.map(({ met }) => met)[0]).toBe(true);
  });

  it('judges held-back rows alone when it is given a file of them', async () => {
    const report = await run(join(folder, 'held-back.csv'));
    expect(report.tables[0]!.cases).toBe(2 * READERS);
    expect(report.protocol[0]).toMatch(/only the held-back rows/);
  });

  it('says so when there is nothing to judge', async () => {
    const empty = join(folder, 'empty.csv');
    await writeFile(empty, 'user,paper_id,submitted_on\nnobody,2510.00000,2025-01-01\n');
    await expect(run(empty)).rejects.toThrow(/nothing to judge/);
  });
});
