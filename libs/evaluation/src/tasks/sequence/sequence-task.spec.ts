import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '#ranking';
import type { TaskReport } from '../../task.js';
import { sequenceTask } from './sequence-task.js';

const ITEMS = 40;
const LENGTH = 18;

/** Readers who walk around a ring of items, one step each minute, from anywhere. */
const walkers = (count: number): string[] => {
  const random = seededRandom(4);
  return Array.from({ length: count }, (_, reader) => Math.floor(random() * ITEMS) + 1000 * reader).flatMap((start, reader) =>
    Array.from({ length: LENGTH }, (_, at) => `r${reader},i${(start + at) % ITEMS},${1_000_000 + reader * 100_000 + at * 60}`),
  );
};

describe('the sequence task', () => {
  let folder: string;
  let report: TaskReport;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broadsheet-sequence-'));
    await writeFile(join(folder, 'interactions.csv.gz'), gzipSync(['user,item,timestamp', ...walkers(90)].join('\n')));
    report = await sequenceTask.run({ data: folder, test: null, seeds: [1], say: () => undefined });
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ndcgOf = (system: string): number => report.tables[0]!.rows.find((row) => row.system === system)!.values['NDCG@20']!;

  it('finds the step that follows, which no popularity tells', () => {
    expect(report.tables[0]!.cases).toBe(90);
    expect(ndcgOf('reader state, seed 1')).toBeGreaterThan(ndcgOf('popular') + 0.2);
  });

  it('judges all systems on the same readers, those of the zoo too', () => {
    expect(report.tables[0]!.rows.map(({ system }) => system)).toEqual(
      expect.arrayContaining([
        'popular',
        'item-kNN',
        'exponential average',
        'target attention, coupled',
        'target attention, decoupled (DARE)',
      ]),
    );
    expect(report.comparisons.map(({ worse }) => worse)).toContain('exponential average');
  });

  it('promises that stream and batch agree, and keeps it', () => {
    expect(report.goals.find(({ promise }) => promise.startsWith('stream equals batch'))).toMatchObject({ met: true });
  });
});
