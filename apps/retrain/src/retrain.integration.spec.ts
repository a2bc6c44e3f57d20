import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { jest } from '@jest/globals';
import { newestModel, OnnxRowScorer, rowExpectations } from '#model';
import { ModelRegistry } from '#persistence';
import { migratedDatabase } from '#test-support/migrated-database';
import { liveLog } from '../../replay/src/fixtures/live-log.js';
import { ListSource } from '../../replay/src/stream/fixtures/list-source.js';
import { exportStream } from '../../replay/src/stream/stream-export.js';
import { seedModels } from './seed-models.js';

jest.setTimeout(300_000);

const root = fileURLToPath(new URL('../../../', import.meta.url));
const source = (app: string): string[] => [
  '--conditions=source',
  '--import',
  pathToFileURL(join(root, 'test/support/typescript.mjs')).href,
  join(root, `apps/${app}/src/main.ts`),
];

/** The command in a process of its own, whose children are its neighbours' commands, all of the sources. */
const retrained = async (args: readonly string[], settings: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [...source('retrain'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), ...settings },
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said: said.join('') };
};

describe('retrain', () => {
  let folder: string;
  let models: string;
  let stream: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retrain-'));
    [models, stream] = [join(folder, 'models'), join(folder, 'stream')];
    await cp(join(root, 'models'), models, { recursive: true });
    const live = await liveLog({ seed: 11, papers: 40, readers: 10, steps: 700, replicas: 2 });
    const list = new ListSource(live.log.records);
    const { earliest: from, end: to } = await list.bounds();
    await exportStream({ source: list, range: { from, to }, completeSince: null, folder: stream, signal: new AbortController().signal });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const few = ['--days', '365', '--least-requests', '20', '--least-held-out', '5', '--least-readers', '3'];
  const settingsFor = (url: string) => ({ DATABASE_URL: url, BROKER: 'embedded', MODELS_DIR: models, LOG_LEVEL: 'error' });

  it('makes a version of what readers did the shadow, and leaves the live one', async () => {
    await using db = await migratedDatabase();
    const work = await mkdtemp(join(folder, 'work-'));
    const before = await newestModel(models, 'personal');
    const end = await retrained(
      ['--model', 'personal', '--source', `file:${stream}`, ...few, '--keep-if', 'ndcg@10>=-1', '--work', work],
      settingsFor(db.url),
    );
    expect({ ...end }).toMatchObject({ code: 0 });
    const parts = await new ModelRegistry(db.dataSource).list();
    const shadow = parts.find(({ role }) => role === 'shadow');
    // What served as the newest is named: the new one is newer.
    expect(parts.filter((each) => each !== shadow)).toMatchObject([{ name: 'personal', version: basename(before!), role: 'live' }]);
    expect(shadow).toMatchObject({ name: 'personal', role: 'shadow' });
    expect(end.said).toContain(`personal ${shadow!.version} is the shadow. NDCG@10 of `);
    const directory = join(models, 'personal', shadow!.version);
    expect(directory).not.toBe(before);
    const scorer = await OnnxRowScorer.load(directory, rowExpectations.personal);
    expect(scorer.manifest.trained.data).toMatch(/^answers of this site/);
    await scorer.close();
    expect(await readdir(work)).toEqual([]);
  });

  it('gives nothing a part where there is too little, or the new one is not better', async () => {
    await using db = await migratedDatabase();
    const little = await retrained(['--source', `file:${stream}`, '--days', '365'], settingsFor(db.url));
    expect(little.code).toBe(3);
    expect(little.said).toMatch(
      /personal: TRAIN_LITTLE_DATA: answers that personal can learn from: there are \d+, there must be 500 or more/,
    );
    expect(little.said).toContain('trending: TRAIN_LITTLE_DATA');
    const worse = ['--model', 'personal', '--source', `file:${stream}`, ...few, '--keep-if', 'ndcg@10>=0.9'];
    const refused = await retrained(worse, settingsFor(db.url));
    expect(refused.code).toBe(4);
    expect(refused.said).toContain('personal: not kept, ndcg@10>=0.9 does not hold. NDCG@10 of ');
    expect((await retrained([...worse, '--if-refused', 'succeed'], settingsFor(db.url))).code).toBe(0);
    expect(await new ModelRegistry(db.dataSource).list()).toEqual([]);
  });

  it.each([
    [['--source', 'archive'], '--source archive: must be log or file:DIR; the archive has no answers'],
    [['--days', '0'], '--days 0: must be a number from 1 to 365'],
    [['--keep-if', 'mrr>0'], '--keep-if mrr>0: must be ndcg@10'],
    [['--promote-if', 'always'], '--promote-if always: must be ndcg@10'],
    [['--model', 'encoder'], '--model encoder: must be personal or trending'],
    [['--if-refused', 'maybe'], '--if-refused maybe: must be fail or succeed'],
    [['seed'], '--from is missing'],
  ])('refuses %j', async (args, message) => {
    const end = await retrained(args, settingsFor('postgres://nobody@127.0.0.1:1/none'));
    expect(end).toMatchObject({ code: 2 });
    expect(end.said).toContain(message);
  });
});

describe('seedModels', () => {
  it('copies what is not there, whole, also when several do at once', async () => {
    const to = await mkdtemp(join(tmpdir(), 'seeded-'));
    try {
      const runs = await Promise.all([1, 2, 3].map(() => seedModels(join(root, 'models'), to)));
      expect(runs.flat().sort()).toEqual([...new Set(runs.flat())].sort());
      expect(new Set(runs.flat().map((each) => each.split('/')[0]))).toEqual(new Set(['encoder', 'personal', 'trending']));
      expect((await readdir(join(to, 'personal'))).filter((name) => name.startsWith('.'))).toEqual([]);
      const scorer = await OnnxRowScorer.load((await newestModel(to, 'personal'))!, rowExpectations.personal);
      await scorer.close();
      expect(await seedModels(join(root, 'models'), to)).toEqual([]);
      await expect(seedModels(join(to, 'nothing'), to)).rejects.toThrow('must hold <name>/<version>/ of a model');
    } finally {
      await rm(to, { recursive: true, force: true });
    }
  });
});
