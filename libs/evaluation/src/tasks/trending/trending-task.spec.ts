import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { learnerSettings } from '#model';
import { seededRandom } from '#ranking';
import { HN_GRAVITY, LAST_HOUR } from './formulas.js';
import { OURS } from './trending-report.js';
import { spansOf, trendingTaskWith } from './trending-task.js';

const trendingTask = trendingTaskWith({
  ...learnerSettings,
  members: 1,
  epochs: 12,
  first: 12,
  second: 6,
  learningRate: 0.02,
  listBatch: 4,
  deviance: 0,
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-01T00:00:00Z');

/**
 * A made-up front page: a story gets votes at a pace of its own that halves every six hours, and is seen every half hour for a day. What it gains in the next 24 h is so many times its
 * pace now, whatever its age: the votes of the last hour tell the order but for chance, gravity does not.
 */
const observations = (days: number): string[] => {
  const random = seededRandom(7);
  const lines: string[] = [];
  for (let story = 0, posted = START; posted < START + days * DAY; story += 1, posted += (1 + Math.floor(random() * 4)) * 30 * MINUTE) {
    const pace = 2 + 60 * random() ** 3;
    let votes = 1;
    for (let seen = posted + 30 * MINUTE; seen < Math.min(posted + DAY, START + days * DAY); seen += 30 * MINUTE) {
      votes += Math.round((pace / 2) * 2 ** (-(seen - posted) / (6 * HOUR)) * (0.8 + 0.4 * random()));
      lines.push(`${new Date(seen).toISOString()},1,${1000 + story},${votes},0`);
    }
  }
  return lines;
};

describe('the trending task', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broadsheet-trending-spec-'));
    const header = 'observed_at,rank,story_id,upvotes,comments';
    const lines = observations(24);
    await writeFile(join(folder, 'observations.csv.gz'), gzipSync([header, ...lines].join('\n')));
    await writeFile(join(folder, 'stories.csv'), 'story_id,submitted_est\n');
    await writeFile(join(folder, 'early.csv'), [header, ...lines.filter((line) => line < '2026-01-19')].join('\n'));
    await writeFile(join(folder, 'later.csv'), [header, ...lines.filter((line) => line >= '2026-01-19')].join('\n'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('learns the order that is there and says what it is worth beside the formulas', async () => {
    const report = await trendingTask.run({ data: folder, test: null, seeds: [1], say: () => undefined });
    const [all] = report.tables;
    const figure = (system: string): number => all!.rows.find((row) => row.system === system)!.values['NDCG@10']!;
    expect(figure(OURS)).toBeGreaterThan(0.95);
    expect(figure(OURS)).toBeGreaterThan(figure(HN_GRAVITY) + 0.02);
    expect(figure(OURS)).toBeGreaterThan(figure(LAST_HOUR) - 0.01);
    expect(all!.rows.find(({ system }) => system === OURS)!.interval!.low).toBeGreaterThan(0.9);
    // The last quarter of 24 days, less the day whose outcome nobody read.
    expect(all!.cases).toBeGreaterThanOrEqual(16);
    expect(all!.cases).toBeLessThanOrEqual(24);
  }, 60_000);

  it('judges the moments of held-back observations and no others', async () => {
    const report = await trendingTask.run({ data: folder, test: join(folder, 'later.csv'), seeds: [1], say: () => undefined });
    expect(report.protocol[0]).toMatch(/from 2026-01-19 to 2026-01-23: the held-back observations/);
  }, 60_000);

  it('says which moments are missing', async () => {
    const short = await mkdtemp(join(tmpdir(), 'broadsheet-trending-short-'));
    await writeFile(
      join(short, 'observations.csv'),
      ['observed_at,rank,story_id,upvotes,comments', '2026-01-01T00:00:00Z,1,1,2,0'].join('\n'),
    );
    await writeFile(join(short, 'stories.csv'), 'story_id,submitted_est\n');
    await expect(trendingTask.run({ data: short, test: null, seeds: [1], say: () => undefined })).rejects.toThrow(/too few/);
    await rm(short, { recursive: true });
  });
});

describe('spansOf', () => {
  it.each([
    { why: 'a part of the data', held: null },
    { why: 'held-back observations', held: { from: START + 40 * DAY, to: START + 50 * DAY } },
  ])('keeps every outcome that is learned from before the first moment that is judged: $why', ({ held }) => {
    const { train, validation, judge } = spansOf({ from: START, to: START + 50 * DAY }, held);
    expect(train.from).toBeGreaterThanOrEqual(START + DAY);
    expect(train.to + DAY).toBeLessThanOrEqual(validation.from);
    expect(validation.to + DAY).toBeLessThanOrEqual(judge.from);
    expect(judge.to + DAY).toBeLessThanOrEqual(START + 50 * DAY);
    expect(validation.from).toBeGreaterThan(train.from);
  });
});
