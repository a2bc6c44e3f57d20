import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { jest } from '@jest/globals';
import { decodeRecord, positionKey, topics, type Positions } from '#contracts';
import { listwiseSettings, newestModel, openRunScorer, RunMeter, trainListwiseRanker } from '#model';
import { ModelRegistry } from '#persistence';
import { encodeEach, foldDecoded, personalFeatureNames, RankingState } from '#ranking';
import { migratedDatabase, type MigratedDatabase } from '#test-support/migrated-database';
import { Database } from '../../../ranker/src/adapters/database.js';
import { PostgresSnapshotStore } from '../../../ranker/src/adapters/postgres-snapshot-store.js';
import { SnapshotKeeper } from '../../../ranker/src/snapshots/snapshot-keeper.js';
import { takeSnapshot } from '../../../ranker/src/snapshots/take-snapshot.js';
import { readManifest } from '../files/manifest.js';
import { endOf, startReplay, type ReplayEnd } from '../fixtures/replay-process.js';
import { loadEncoder, stateConfigFor } from '../rerank/load-models.js';
import { ListSource } from '../stream/fixtures/list-source.js';
import { day1, MINUTE, StreamRecords } from '../stream/fixtures/stream-records.js';
import { exportStream } from '../stream/stream-export.js';

jest.setTimeout(240_000);

const readers = ['ada', 'bob', 'eve'];
const paperIds = Array.from({ length: 20 }, (_, n) => `2611.${String(n).padStart(5, '0')}`);

/** What has been written so far, as positions. */
const positionsNow = ({ records }: StreamRecords): Record<string, string> => {
  const next: Record<string, string> = {};
  for (const { topic, partition, offset } of records)
    if (topic !== topics.feedServed.name) next[positionKey(topic, partition)] = String(offset + 1n);
  return next;
};

/** A day of three readers: half of it, then (at `border`) the other half, in which answers were served. */
const aDay = (): { log: StreamRecords; border: Positions } => {
  const log = new StreamRecords();
  for (const [n, id] of paperIds.entries())
    log.paper(id, { at: day1 + n }, { title: `Attention of kind ${n % 4} for graphs`, topics: [`topic-${n % 4}`] });
  const act = (step: number): void => {
    const fields = { action: step % 3 === 0 ? 'save' : 'open', target: { kind: 'paper', id: paperIds[(step * 7) % paperIds.length]! } };
    log.interaction(readers[step % readers.length]!, { at: day1 + step * MINUTE }, step % 3 === 0 ? { ...fields, on: true } : fields);
  };
  for (let step = 1; step <= 30; step += 1) act(step);
  const border = { ...positionsNow(log) };
  for (let step = 31; step <= 60; step += 1) {
    act(step);
    if (step % 5 === 0)
      log.served(readers[step % readers.length]!, `request-${step}`, { at: day1 + step * MINUTE + 1000 }, paperIds.slice(0, 5), {
        positions: positionsNow(log),
      });
  }
  return { log, border };
};

describe('replay beside the stores of a live system', () => {
  let folder: string;
  let database: MigratedDatabase;
  let log: StreamRecords;
  let border: Positions;
  let source: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'replay-live-'));
    database = await migratedDatabase();
    ({ log, border } = aDay());
    const list = new ListSource(log.records);
    const { earliest: from, end: to } = await list.bounds();
    const { signal } = new AbortController();
    await exportStream({ source: list, range: { from, to }, completeSince: null, folder: join(folder, 'stream'), signal });
    source = `file:${join(folder, 'stream')}`;
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const out = (name: string): string => join(folder, name);

  const run = (name: string, ...options: string[]): Promise<ReplayEnd> =>
    endOf(startReplay(['run', '--source', source, '--out', out(name), ...options], { DATABASE_URL: database.url }));

  const slatesOf = (name: string): string => readFileSync(join(out(name), 'slates.ndjson'), 'utf8');

  it('ranks with what the registry calls live, though a newer model lies beside it', async () => {
    const models = out('models');
    cpSync('models', models, { recursive: true });
    const shipped = basename((await newestModel(models, 'personal'))!);
    const rows = Float32Array.from({ length: 4 * personalFeatureNames.length }, (_, at) => (at * 37) % 11);
    const lists = [1, 2, 3, 4].map((wanted) => ({ rows, count: 4, gains: Float32Array.from([1, 2, 3, 4], (n) => (n === wanted ? 1 : 0)) }));
    const { graph } = trainListwiseRanker(lists, { ...listwiseSettings, epochs: 1 }, 1, new RunMeter('test', () => undefined));
    const other = await openRunScorer('personal', graph, { root: models, data: 'invented', seed: 1 });
    await other.close();
    expect(basename((await newestModel(models, 'personal'))!)).toBe(other.version);

    const registry = new ModelRegistry(database.dataSource);
    await registry.assign({ name: 'personal', version: shipped, role: 'live' });
    await registry.assign({ name: 'personal', version: other.version, role: 'shadow' });
    const sides = ['--model', 'live', '--model', `personal@${other.version}`, '--models', models];
    expect(await run('live', ...sides)).toMatchObject({ code: 0 });
    const { a, b } = await readManifest(join(out('live'), 'manifest.json'));
    expect(a.models['personal']!.version).toBe(shipped);
    expect(b?.models['personal']!.version).toBe(other.version);
    expect(slatesOf('live')).toContain(`"model":{"name":"personal","version":"${shipped}"}`);

    await registry.assign({ name: 'personal', version: other.version, role: 'live' });
    const planned = await run('later', '--model', 'live', '--models', models, '--dry-run');
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.printed).toContain(`personal=${other.version}`);
  });

  it('goes on from the snapshot that a ranker stored, to the same answers as from the beginning', async () => {
    const id = await storedByARanker();
    const positions = out('second-half.json');
    const { end } = await new ListSource(log.records).bounds();
    writeFileSync(positions, JSON.stringify({ from: border, to: end }));
    expect(await run('cold', '--positions', positions)).toMatchObject({ code: 0 });
    expect(await run('warm', '--positions', positions, '--state', `snapshot:${id}`)).toMatchObject({ code: 0 });
    expect(slatesOf('warm').split('\n').length).toBeGreaterThan(5);
    expect(slatesOf('warm')).toBe(slatesOf('cold'));
    const [cold, warm] = [await readManifest(join(out('cold'), 'manifest.json')), await readManifest(join(out('warm'), 'manifest.json'))];
    expect(warm.stateHash).toBe(cold.stateHash);
    expect(warm.options['state']).toMatch(/^[0-9a-f]{64}$/);

    const listed = await endOf(startReplay(['snapshot', 'list'], { DATABASE_URL: database.url }));
    expect(listed).toMatchObject({ code: 0 });
    expect(listed.printed.split(/\s+/)).toContain(id);
    const gone = await run('gone', '--state', 'snapshot:999999');
    expect(gone).toMatchObject({ code: 2 });
    expect(gone.said).toContain('there is no snapshot 999999');
  });

  /** The state at the border, taken and stored by the code of the ranker. */
  const storedByARanker = async (): Promise<string> => {
    const encoder = await loadEncoder('models');
    const state = RankingState.empty(stateConfigFor(encoder));
    for (const record of log.records) {
      const { topic, partition, offset } = record;
      if (topic === topics.feedServed.name || offset >= BigInt(border[positionKey(topic, partition)] ?? 0)) continue;
      const decoded = decodeRecord(record);
      if (decoded.kind === 'unreadable') throw new Error('an invented record can not be read');
      const [vector] = decoded.kind === 'paper' ? await encodeEach(encoder, [decoded.paper], () => undefined) : [null];
      foldDecoded(state, decoded, vector ?? null);
      state.advance(topic, partition, offset + 1n);
    }
    await encoder.close();
    const stores = new Database({ url: database.url, applicationName: 'test-ranker' });
    const store = new PostgresSnapshotStore(stores, { replica: 'ranker-test', keep: 3, now: () => day1 + 31 * MINUTE });
    const turns = { over: () => false, rest: () => Promise.resolve() };
    const parts = { state, barrier: { hold: () => () => undefined }, turns, now: () => day1 + 31 * MINUTE, monotonic: () => 0 };
    const failures: unknown[] = [];
    const keeper = new SnapshotKeeper({
      prepare: () => Promise.resolve(),
      take: () => takeSnapshot(parts),
      version: () => JSON.stringify(state.positions),
      store,
      intervalMs: 60_000,
      now: () => day1 + 31 * MINUTE,
      observer: { saved: () => undefined, saveFailed: (error) => void failures.push(error) },
    });
    expect([await keeper.save(0), failures]).toEqual(['written', []]);
    const [newest] = await store.list();
    await stores.close();
    return newest!.id;
  };
});
