import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { learnerSettings } from '#model';
import { seededRandom } from '#ranking';
import { systemNames } from './cold-prior-report.js';
import { coldPriorTaskWith } from './cold-prior-task.js';

const task = coldPriorTaskWith({ ...learnerSettings, members: 1, epochs: 12, first: 8, second: 4, learningRate: 0.02, listBatch: 4 });
const DAY = 86_400_000;
const START = Date.parse('2025-01-01T00:00:00Z');
const dateOf = (day: number): string => new Date(START + day * DAY).toISOString().slice(0, 10);

/** Made-up papers: who stands behind one decides its votes, but for chance; its words say nothing. */
const archive = (days: number) => {
  const random = seededRandom(3);
  const [papers, readings]: [string[], string[]] = [[], []];
  for (let day = 0; day < days; day += 1) {
    for (let place = 0; place < 6; place += 1) {
      const team = Math.floor(random() * 8);
      const votes = Math.round((1 + team * 6) * (0.8 + 0.4 * random()));
      const id = `2501.${String(day * 6 + place).padStart(5, '0')}`;
      const word = ['alpha', 'beta', 'gamma', 'delta'][Math.floor(random() * 4)]!;
      papers.push(
        JSON.stringify({
          id,
          title: `On ${word} methods`,
          abstract: `We study ${word}.`,
          authors: [`Lead ${team}`, `Guest ${Math.floor(random() * 999)}`],
          publishedAt: dateOf(day),
          listedOn: dateOf(day),
          submitter: `u${team}`,
          upvotes: votes,
          upvotesAsOf: '2026-01-01T00:00:00Z',
        }),
      );
      for (const [after, share] of [
        [0.4, 0.5],
        [1.1, 0.9],
        [4, 1],
      ] as const)
        readings.push(`${id},${new Date(START + (day + after) * DAY).toISOString()},${Math.round(votes * share)},,page-day`);
    }
  }
  return { papers, readings };
};

const write = async (folder: string, papers: readonly string[], readings: readonly string[]): Promise<void> => {
  await writeFile(join(folder, 'papers.jsonl.gz'), gzipSync(papers.join('\n')));
  await writeFile(
    join(folder, 'upvote_snapshots.csv.gz'),
    gzipSync(['paper_id,observed_at,upvotes,comments,source', ...readings].join('\n')),
  );
  await writeFile(join(folder, 'submissions.csv.gz'), gzipSync('user,paper_id,submitted_on,submitted_at'));
};

describe('the cold-prior task', () => {
  const { papers, readings } = archive(50);
  let [folder, later] = ['', ''];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broadsheet-cold-prior-spec-'));
    later = await mkdtemp(join(tmpdir(), 'broadsheet-cold-prior-later-'));
  });
  afterAll(() => Promise.all([folder, later].map((each) => rm(each, { recursive: true, force: true }))));

  it('orders papers that nobody voted on by who stands behind them', async () => {
    await write(folder, papers, readings);
    const report = await task.run({ data: folder, test: null, seeds: [1], say: () => undefined });
    const figure = (system: string): number => report.tables[0]!.rows.find((row) => row.system === system)!.values['NDCG@5']!;
    expect(report.tables[0]!.cases).toBe(10);
    expect(figure(systemNames.ours)).toBeGreaterThan(0.9);
    expect(figure(systemNames.ours)).toBeGreaterThan(figure(systemNames.text) + 0.1);
    expect(report.goals[0]!.met).toBe(true);
  }, 60_000);

  it('judges the days of held-back papers and no others', async () => {
    const isLater = (line: string) => Number(/2501\.(\d+)/.exec(line)![1]) >= 45 * 6;
    await write(
      folder,
      papers.filter((line) => !isLater(line)),
      readings.filter((line) => !isLater(line)),
    );
    await write(later, papers.filter(isLater), readings.filter(isLater));
    const report = await task.run({ data: folder, test: join(later, 'papers.jsonl.gz'), seeds: [1], say: () => undefined });
    expect(report.tables[0]!.cases).toBe(5);
    expect(report.protocol[0]).toMatch(/from 2025-02-15 to 2025-02-19: those of the held-back papers/);
  }, 60_000);

  it('says when there is nothing to learn from', async () => {
    await write(folder, papers.slice(0, 6), []);
    await expect(task.run({ data: folder, test: null, seeds: [1], say: () => undefined })).rejects.toThrow(/too few days/);
  });
});
