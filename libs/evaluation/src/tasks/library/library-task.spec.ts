import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { drawBelow, seededRandom } from '#ranking';
import { ITEMS_FILE, SAVES_FILE } from '../../data/library.js';
import type { TaskReport } from '../../task.js';
import { libraryTask } from './library-task.js';

const FIELDS = ['graph', 'protein', 'galaxy', 'grammar'];
const WORDS = ['structure', 'model', 'survey', 'dynamics', 'learning', 'measure', 'network', 'theory'];
const PER_FIELD = 20;

/** Readers keep to one field and take what is popular in it; every title names its field, and every item cites two others of it. */
const invented = (seed: number) => {
  const random = seededRandom(seed);
  const items = Array.from({ length: FIELDS.length * PER_FIELD }, (_, id) => {
    const field = Math.floor(id / PER_FIELD);
    const word = () => WORDS[drawBelow(random, WORDS.length)]!;
    const cites = [0, 1].map(() => field * PER_FIELD + drawBelow(random, PER_FIELD));
    return { id, title: `${FIELDS[field]!} ${word()} ${word()}`, cites };
  });
  const saves = Array.from({ length: 60 }, (_, user) => {
    const field = user % FIELDS.length;
    const own = new Set<number>();
    while (own.size < 10) own.add(field * PER_FIELD + Math.floor(PER_FIELD * random() ** 1.5));
    return [...own].map((item) => ({ user, item }));
  }).flat();
  return { items, saves };
};

const rowsOf = (saves: readonly { user: number; item: number }[]): string =>
  ['user,item', ...saves.map(({ user, item }) => `${user},${item}`), ''].join('\n');

const valueOf = (report: TaskReport, group: string, system: string): number =>
  report.tables.find((table) => table.group === group && table.title.startsWith('held-back'))!.rows.find((row) => row.system === system)!
    .values['NDCG@20']!;

describe('library task', () => {
  const { items, saves } = invented(1);
  let folder: string;
  const run = (test: string | null, seeds = [1]): Promise<TaskReport> =>
    libraryTask.run({ data: folder, test, seeds, say: () => undefined });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'library-task-'));
    await writeFile(join(folder, ITEMS_FILE), gzipSync(items.map((item) => JSON.stringify(item)).join('\n')));
    await writeFile(join(folder, SAVES_FILE), gzipSync(rowsOf(saves)));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('judges baselines and the real pipeline on the same readers, and learns what popularity can not tell', async () => {
    const report = await run(null);
    for (const group of ['warm', 'cold', 'all']) {
      const table = report.tables.find((each) => each.group === group)!;
      expect(table.cases).toBeGreaterThan(20);
      for (const { values } of table.rows) for (const value of Object.values(values)) expect(value).toBeGreaterThanOrEqual(0);
    }
    expect(valueOf(report, 'warm', 'pipeline')).toBeGreaterThan(valueOf(report, 'warm', 'popular') + 0.2);
    expect(valueOf(report, 'cold', 'pipeline')).toBeGreaterThan(0.3);
    expect(valueOf(report, 'cold', 'item-knn')).toBe(0);
    expect(report.goals).toHaveLength(3);
    expect(
      report.comparisons.some(({ better, worse, group }) => better === 'pipeline' && worse === 'best fixed blend' && group === 'all'),
    ).toBe(true);
    expect(report.notes.join('\n')).toMatch(/wanted saves among the pipeline's candidates: warm \d+/);
  }, 60_000);

  it('judges held-back rows on all saves of the folder, the items without a save as cold ones', async () => {
    const isHeld = ({ item }: { item: number }): boolean => item % PER_FIELD === 3;
    const held = saves.filter(isHeld);
    await writeFile(join(folder, SAVES_FILE), gzipSync(rowsOf(saves.filter((save) => !isHeld(save)))));
    await writeFile(join(folder, 'held.csv'), rowsOf(held));
    const report = await run(join(folder, 'held.csv'));
    const cold = report.tables.find(({ group }) => group === 'cold')!;
    expect(cold.cases).toBe(new Set(held.map(({ user }) => user)).size);
    expect(valueOf(report, 'cold', 'tower')).toBeGreaterThan(0.6);
    expect(report.protocol[0]).toContain('the held-back rows given');
    await writeFile(join(folder, 'stranger.csv'), 'user,item\nnobody,3\n');
    await expect(run(join(folder, 'stranger.csv'))).rejects.toThrow('user nobody has no row');
  }, 60_000);
});
