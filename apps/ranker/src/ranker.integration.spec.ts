import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import 'reflect-metadata';
import { feedServedSchema, parseJsonWith, topics, type FeedServed, type RankAnswer } from '#contracts';
import { until } from '#test-support/until';
import { ApiKeys, ModelRegistry, ModelReplicas, Snapshots } from '#persistence';
import { damageModel, writeLinearModel } from './fixtures/models.js';
import type { Replica } from './fixtures/replica.js';
import { waitForTakeover } from './models/takeover.js';
import { after, atEqualPositions, brokers, hide, upvote, World, type Broker } from './fixtures/world.js';

jest.setTimeout(60_000);

const idsOf = (answer: unknown): string[] => (answer as RankAnswer).items.map(({ paperId }) => paperId as string);
const refused = (code: string, retryable: boolean) => ({ refused: expect.objectContaining({ code, retryable }) as unknown });

const eachBroker = (name: string, test: (world: World) => Promise<void>, only: readonly Broker[] = brokers): void => {
  it.each(only)(`${name} (%s)`, async (broker) => {
    await using world = await World.create(broker);
    await test(world);
  });
};

describe('a ranker replica', () => {
  eachBroker('folds the log and ranks over TCP by what readers did, with the models of the folder', async (world) => {
    await world.papers(20);
    const positions = await world.interactions(['ada', 'bob', 'eve'].map((who) => [who, upvote(world.paper(7))]));
    const replica = await world.ready();
    const answer = (await replica.rank({ surface: 'trending', period: 'day', limit: 200, after: after(positions) })) as RankAnswer;
    expect(answer.items.find(({ paperId }) => paperId === world.paper(7))).toMatchObject({ upvotes: 3 });
    const ours = idsOf(answer).filter((id) => id.startsWith(world.name));
    expect(ours[0]).toBe(world.paper(7));
    expect(ours).toHaveLength(20);
    expect(answer).toMatchObject({ degraded: [], arm: 'control', model: { name: 'trending' } });
    expect(answer.model.version).toBe((await replica.health()).models['trending']);
  });

  eachBroker("shows a reader's own hide in the very next answer, by `after`", async (world) => {
    await world.papers(12);
    const replica = await world.ready();
    const readerRef = world.reader('ada');
    for (let n = 0; n < 10; n += 1) {
      const request = { surface: 'for-you', readerRef, limit: 200 };
      const shown = idsOf(await replica.rank(request)).filter((id) => id.startsWith(world.name));
      const target = shown[0] ?? '';
      expect(shown.length).toBeGreaterThan(0);
      const positions = await world.interactions([['ada', hide(target)]]);
      const next = (await replica.rank({ ...request, after: after(positions) })) as RankAnswer;
      expect(next.degraded).not.toContain('behind');
      expect(idsOf(next)).not.toContain(target);
    }
  });

  eachBroker('agrees with every other replica on the state, and says so by its hash', async (world) => {
    const [first, second] = [await world.ready(), await world.ready()];
    await world.papers(30);
    for (let round = 0; round < 5; round += 1) {
      await world.interactions(Array.from({ length: 40 }, (_, n) => [`n${n % 7}`, upvote(world.paper((n * 3 + round) % 30))] as const));
      const [a, b] = await atEqualPositions(first, second);
      expect(a?.hash).toBe(b?.hash);
    }
  });

  eachBroker('reaches the same state from a snapshot and the rest as from the beginning', async (world) => {
    await world.papers(25);
    await world.interactions(Array.from({ length: 200 }, (_, n) => [`n${n % 9}`, upvote(world.paper(n % 25))] as const));
    const before = await world.ready();
    await before.stop();
    await world.interactions(
      Array.from({ length: 150 }, (_, n) => [`n${n % 5}`, (n % 3 === 0 ? hide : upvote)(world.paper((n * 7) % 25))] as const),
    );

    const restored = await world.ready();
    expect(await restored.metric('ranker_restores_total{outcome="restored",service="ranker"}')).toBe(1);
    expect(await skipped(restored)).toBe(0);
    await world.database.dataSource.query('DELETE FROM snapshots');
    const fromZero = await world.ready();
    expect(await fromZero.metric('ranker_restores_total{outcome="from-zero",service="ranker"}')).toBe(1);
    const [a, b] = await atEqualPositions(restored, fromZero);
    expect(a?.hash).toBe(b?.hash);
    expect(a?.stats).toEqual(b?.stats);
  });

  eachBroker(
    'falls back to the snapshot before a damaged one, and folds from zero when all are damaged',
    async (world) => {
      const { dataSource } = world.database;
      await world.papers(5);
      await (await world.ready()).stop();
      await world.interactions([['ada', upvote(world.paper(1))]]);
      await (await world.ready()).stop();
      const [newest] = await new Snapshots(dataSource).list('ranker');
      await dataSource.query('UPDATE snapshots SET body = set_byte(body, 40, (get_byte(body, 40) + 1) % 256) WHERE id = $1', [newest?.id]);

      const restored = await world.ready();
      expect(await restored.metric('ranker_restores_total{outcome="corrupt",service="ranker"}')).toBe(1);
      expect(await restored.metric('ranker_restores_total{outcome="restored",service="ranker"}')).toBe(1);
      expect((await restored.state()).stats.interactions).toBe(1);

      // Checksums fit, and the state inside is of a version that nobody knows.
      await dataSource.query(`UPDATE snapshots SET body = '\\x00', checksum = sha256('\\x00')`);
      const fromZero = await world.ready();
      expect(await fromZero.metric('ranker_restores_total{outcome="corrupt",service="ranker"}')).toBe(2);
      const [a, b] = await atEqualPositions(restored, fromZero);
      expect(a?.hash).toBe(b?.hash);
    },
    ['embedded'],
  );

  eachBroker(
    'does not believe a snapshot of another log',
    async (world) => {
      await world.papers(3);
      await (await world.ready()).stop();
      await world.database.dataSource.query(`UPDATE snapshots SET positions = jsonb_build_object('papers.v1/0', '999999')`);
      const replica = await world.ready();
      expect(await replica.metric('ranker_restores_total{outcome="other-log",service="ranker"}')).toBe(1);
      expect((await replica.state()).stats.papers).toBe(3);
    },
    ['embedded'],
  );

  eachBroker(
    'outlives a database that refuses its snapshots, and stores one once it takes them',
    async (world) => {
      const { dataSource } = world.database;
      // As PostgreSQL says it when its disk is full.
      await dataSource.query(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`);
      await dataSource.query('CREATE TRIGGER full_disk BEFORE INSERT ON snapshots FOR EACH ROW EXECUTE FUNCTION full_disk()');
      await world.papers(3);
      const replica = await world.ready({ SNAPSHOT_INTERVAL_S: '1' });
      await until('a snapshot was refused', async () => (await replica.metric('ranker_snapshot_failures_total{service="ranker"}')) > 0);
      const positions = await world.interactions([['ada', upvote(world.paper(1))]]);
      const answer = (await replica.rank({ surface: 'trending', limit: 200, after: after(positions) })) as RankAnswer;
      expect(answer.items.find(({ paperId }) => paperId === world.paper(1))).toMatchObject({ upvotes: 1 });
      expect((await replica.ready()).status).toBe(200);
      await dataSource.query('DROP TRIGGER full_disk ON snapshots');
      await until('a snapshot is stored', async () => (await new Snapshots(dataSource).list('ranker')).length > 0);
    },
    ['embedded'],
  );

  eachBroker(
    'keeps the newest few snapshots, one writer an interval',
    async (world) => {
      const settings = { SNAPSHOT_INTERVAL_S: '1', SNAPSHOTS_KEPT: '2' };
      await world.papers(3);
      await world.ready(settings);
      await world.ready(settings);
      const snapshots = new Snapshots(world.database.dataSource);
      const times = new Set<number>();
      for (let n = 0; times.size < 4; n += 1) {
        await world.interactions([['ada', upvote(world.paper(n % 3))]]);
        for (const { createdAt } of await snapshots.list('ranker')) times.add(createdAt);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const sorted = [...times].sort((a, b) => a - b);
      expect(Math.min(...sorted.slice(1).map((time, i) => time - (sorted[i] ?? 0)))).toBeGreaterThanOrEqual(750);
      expect((await snapshots.list('ranker')).length).toBeLessThanOrEqual(2);
    },
    ['embedded'],
  );

  eachBroker('passes over records that cannot be read, and folds those behind them', async (world) => {
    const replica = await world.ready();
    await world.papers(2);
    const key = world.reader('ada');
    const sound = await world.interactions([['ada', upvote(world.paper(0))]]);
    const twice = JSON.stringify(JSON.stringify({ id: 'x' }));
    const bad = ['{"specversion":', twice, '{}', JSON.stringify({ type: 'org.broadsheet.interaction.v9' })].map((value) => ({
      key,
      value,
    }));
    await world.log.append(topics.interactions.name, bad);
    const last = await world.interactions([['ada', upvote(world.paper(1))]]);
    const answer = await replica.rank({ surface: 'trending', limit: 200, after: { ...after(sound), ...after(last) } });
    const votes = new Map((answer as RankAnswer).items.map(({ paperId, upvotes }) => [paperId as string, upvotes]));
    expect([votes.get(world.paper(0)), votes.get(world.paper(1))]).toEqual([1, 1]);
    expect(
      await replica.metric('ranker_records_folded_total{topic="interactions.v1",outcome="unreadable",service="ranker"}'),
    ).toBeGreaterThanOrEqual(4);
  });

  eachBroker('records what it answered, with features when sampled, after it answered', async (world) => {
    await world.papers(4);
    const replica = await world.ready({ FEATURES_SHARE: '1' });
    const requestId = `request-${world.name}`;
    const answer = (await replica.rank({ requestId, surface: 'for-you', readerRef: world.reader('ada'), limit: 3 })) as RankAnswer;
    let record: FeedServed | undefined;
    await until('the answer is recorded', async () => (record = await servedOf(world, requestId)) !== undefined);
    expect(record?.data.slots.map(({ paperId }) => paperId)).toEqual(idsOf(answer));
    expect(record?.data).toMatchObject({
      requestId,
      surface: 'for-you',
      readerRef: world.reader('ada'),
      model: answer.model,
      arm: answer.arm,
    });
    expect(Object.keys(record?.data.positions ?? {}).length).toBeGreaterThan(0);
  });
});

describe('a ranker replica under pressure', () => {
  let world: World;
  let replica: Replica;
  const unreachable = { 'interactions.v1/0': '999999999' };

  beforeAll(async () => {
    world = await World.create('embedded');
    await world.papers(3);
    replica = await world.ready({ RANK_HELD: '1' });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('drops a request whose time is over', async () => {
    expect(await replica.rank({ surface: 'trending', budgetMs: 0.001 })).toEqual(refused('DEADLINE_EXCEEDED', false));
  });

  it('refuses at once when it holds as many as it may', async () => {
    const waiting = replica.rank({ surface: 'trending', after: unreachable, budgetMs: 1000 });
    await until('the first is held', async () => (await replica.health()).inFlight === 1);
    const startedAt = performance.now();
    expect(await replica.rank({ surface: 'trending' })).toEqual(refused('RANKER_BUSY', true));
    expect(performance.now() - startedAt).toBeLessThan(300);
    expect(await waiting).toMatchObject({ degraded: expect.arrayContaining(['behind']) as unknown });
  });

  it('refuses what it cannot read, field by field', async () => {
    expect(await replica.rank({ surface: 'popular', limit: -1 })).toEqual({
      refused: { code: 'INVALID_REQUEST', retryable: false, message: expect.stringMatching(/surface.*limit/) as unknown },
    });
  });

  it('counts refusals by code', async () => {
    expect(await replica.metric('ranker_refused_total{code="RANKER_BUSY",service="ranker"}')).toBeGreaterThanOrEqual(1);
  });
});

describe('models of a ranker replica', () => {
  it('are taken from the registry while it runs, and a bad one leaves the old serving', async () => {
    await using world = await World.create('embedded');
    const registry = new ModelRegistry(world.database.dataSource);
    const { directory } = world.models;
    const bad = await writeLinearModel(directory, 'trending', { weights: { upvotes_total: 3 }, trainedAt: '2025-10-01T00:00:00.000Z' });
    const good = await writeLinearModel(directory, 'trending', { weights: { upvotes_total: 5 }, trainedAt: '2025-10-02T00:00:00.000Z' });
    await damageModel(directory, 'trending', bad);
    await world.papers(3);
    const replica = await world.ready({ MODELS_POLL_S: '1' });
    const first = (await replica.health()).models['trending'];
    expect([bad, good]).not.toContain(first);

    await registry.assign({ name: 'trending', version: bad, role: 'live' });
    await until(
      'the bad one was tried',
      async () => (await replica.metric('ranker_model_load_failures_total{model="trending",service="ranker"}')) > 0,
    );
    expect((await replica.rank({ surface: 'trending' })) as RankAnswer).toMatchObject({ model: { version: first } });
    const page = async (): Promise<unknown> => (await fetch(`${replica.adminUrl}/models`)).json();
    expect(await page()).toMatchObject({
      arms: { control: { trending: { version: first } } },
      failed: [{ model: 'trending', version: bad, problem: expect.stringContaining('the manifest says') as unknown }],
    });

    await registry.assign({ name: 'trending', version: good, role: 'live' });
    await until('the good one serves', async () => (await replica.health()).models['trending'] === good);
    expect((await replica.rank({ surface: 'trending' })) as RankAnswer).toMatchObject({ model: { version: good } });
  });

  it('that are slow are refused while requests go on, and metric, page and registry say why', async () => {
    await using world = await World.create('embedded');
    const registry = new ModelRegistry(world.database.dataSource);
    const replicas = new ModelReplicas(world.database.dataSource);
    const { directory } = world.models;
    const slow = await writeLinearModel(directory, 'personal', {
      weights: { taste_similarity: 1 },
      detours: 40,
      trainedAt: '2025-10-01T00:00:00.000Z',
    });
    await world.papers(5);
    await world.interactions([['ada', upvote(world.paper(1))]]); // a reader of whom nothing is known gets trending
    const replica = await world.ready({ MODELS_POLL_S: '1', MODEL_MAX_MS: '20' });
    const failures = 'ranker_model_load_failures_total{model="personal",service="ranker"}';
    // The alert looks at the increase of this series, which must begin at 0 and not at its first failure.
    const text = await (await fetch(`${replica.adminUrl}/metrics`)).text();
    expect(text).toContain(`${failures} 0\n`);
    const first = (await replica.health()).models['personal'];

    const revision = await registry.assign({ name: 'personal', version: slow, role: 'live' });
    const change = { revision, assigned: [{ name: 'personal', version: slow, role: 'live' as const }] };
    const takeover = waitForTakeover(change, { replicas, waitS: 50 });
    let over = false;
    void takeover.finally(() => (over = true));
    const versions = new Set<string>();
    while (!over) {
      const answer = (await replica.rank({ surface: 'for-you', readerRef: world.reader('ada') })) as RankAnswer;
      expect(answer.degraded).toEqual([]);
      versions.add(answer.model.version);
      await sleep(5);
    }
    const why = /it takes [\d.]+ ms for 512 rows \(99th percentile\), more than MODEL_MAX_MS, 20/;
    expect(await takeover).toMatchObject({
      end: 'refused',
      replicas: [{ outcome: 'refused', problem: expect.stringMatching(why) as unknown }],
    });
    expect([...versions]).toEqual([first]);
    expect(await replica.metric(failures)).toBeGreaterThan(0);
    expect(await (await fetch(`${replica.adminUrl}/models`)).json()).toMatchObject({
      arms: { control: { personal: { version: first } } },
      failed: [{ model: 'personal', version: slow, problem: expect.stringMatching(why) as unknown }],
    });

    // The alert stays while the registry names it, although the check is not made again at every look.
    const counted = await replica.metric(failures);
    await until('it was refused again', async () => (await replica.metric(failures)) > counted + 1);
    const good = await registry.assign({ name: 'personal', version: first ?? '', role: 'live' });
    const back = await waitForTakeover(
      { revision: good, assigned: [{ name: 'personal', version: first ?? '', role: 'live' }] },
      { replicas, waitS: 20 },
    );
    expect(back.end).toBe('taken');
    await replica.stop();
    expect(await replicas.list()).toEqual([]);
  });

  it('are given their parts by an operator over the admin port, and by nobody else', async () => {
    await using world = await World.create('embedded');
    const version = await writeLinearModel(world.models.directory, 'personal', {
      weights: { freshness_pace: 1 },
      trainedAt: '2025-10-01T00:00:00.000Z',
    });
    await world.papers(3);
    const replica = await world.ready({ MODELS_POLL_S: '1' });
    const keys = new ApiKeys(world.database.dataSource);
    const order = async (scopes: readonly string[], body: object): Promise<{ status: number; body: unknown }> => {
      const { key } = await keys.create('night shift', scopes);
      const answer = await fetch(`${replica.adminUrl}/v1/models/personal/promote`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    };
    expect((await fetch(`${replica.adminUrl}/v1/models`)).status).toBe(401);
    expect(await order(['publish'], { version })).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING' } });
    expect(await order(['models'], { version: '20251001-0000000' })).toMatchObject({ status: 422, body: { code: 'MODEL_UNFIT' } });
    expect(await order(['models'], { version, waitS: 30 })).toMatchObject({
      status: 200,
      body: { assigned: [{ version, role: 'live' }], takeover: { end: 'taken', replicas: [{ outcome: 'taken' }] } },
    });
    expect((await replica.health()).models['personal']).toBe(version);
  });

  it('stop the start when none of a kind fits the features of the code, and say which features', async () => {
    await using world = await World.create('embedded');
    const { directory } = world.models;
    const { rm } = await import('node:fs/promises');
    await rm(`${directory}/personal`, { recursive: true });
    await writeLinearModel(directory, 'personal', { weights: {}, features: ['taste_similarity', 'moon_phase'] });
    await expect(world.replica()).rejects.toThrow(/personal@.* is not fit to serve: .*moon_phase/);
    // What was opened for the start is closed with it: its pool, and the log whose housekeeping would go on in a process that is gone.
    const left = await world.database.dataSource.query<{ name: string }[]>(
      `SELECT application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'broadsheet-ranker-%'`,
    );
    expect(left).toEqual([]);
  });

  it('serve an arm to its readers only', async () => {
    await using world = await World.create('embedded');
    const bold = await writeLinearModel(world.models.directory, 'personal', {
      weights: { freshness_pace: 1 },
      trainedAt: '2025-10-02T00:00:00.000Z',
    });
    await new ModelRegistry(world.database.dataSource).assign({ name: 'personal', version: bold, role: 'arm', arm: 'bold', share: 0.5 });
    await world.papers(3);
    const replica = await world.ready();
    const arms = new Set<string>();
    for (let n = 0; n < 12; n += 1) {
      const answer = (await replica.rank({ surface: 'for-you', readerRef: world.reader(`n${n}`) })) as RankAnswer;
      arms.add(answer.arm);
    }
    expect([...arms].sort()).toEqual(['bold', 'control']);
    expect(await replica.metric(`ranker_model_info{model="personal",version="${bold}",arm="bold",service="ranker"}`)).toBe(1);
  });
});

describe('the life of a ranker replica', () => {
  const nowhere = '127.0.0.1:1';

  it('begins without a log: alive, not ready, refusing with a word for why', async () => {
    await using world = await World.create('embedded');
    const replica = await world.replica({ BROKER: 'kafka', KAFKA_BROKERS: nowhere });
    expect((await fetch(`${replica.adminUrl}/livez`)).status).toBe(200);
    expect(await replica.ready()).toEqual({ status: 503, detail: 'starting' });
    expect(await replica.rank({ surface: 'trending' })).toEqual(refused('NOT_READY', true));
    const startedAt = performance.now();
    await replica.stop();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  (brokers.includes('kafka') ? it : it.skip)('begins without a database: from zero, with the models of the folder', async () => {
    await using world = await World.create('kafka');
    const positions = await world.papers(3);
    const replica = await world.ready({ DATABASE_URL: `postgres://nobody@${nowhere}/nothing` });
    const answer = await replica.rank({ surface: 'latest', limit: 200, after: after(positions) });
    expect(idsOf(answer)).toEqual(expect.arrayContaining([world.paper(0), world.paper(1), world.paper(2)]));
    expect(await replica.metric('ranker_restores_total{outcome="unavailable",service="ranker"}')).toBe(1);
  });

  it('ends its requests before its sockets, and keeps its state', async () => {
    await using world = await World.create('embedded');
    await world.papers(3);
    const replica = await world.ready({ DRAIN_MS: '300' });
    const slow = replica.rank({ surface: 'trending', after: { 'interactions.v1/0': '999999' }, budgetMs: 600 });
    await until('it is held', async () => (await replica.health()).inFlight === 1);
    const draining = until('it says that it drains', async () => (await replica.ready()).detail.includes('draining'));
    const state = await replica.state();
    const stopped = replica.stop();
    await draining;
    expect(await slow).toMatchObject({ degraded: expect.arrayContaining(['behind']) as unknown });
    await stopped;
    const [snapshot] = await new Snapshots(world.database.dataSource).list('ranker');
    expect(snapshot).toMatchObject({ stateHash: state.hash, positions: state.positions });
  });
});

const skipped = (replica: Replica): Promise<number> =>
  replica.metric('ranker_records_folded_total{topic="interactions.v1",outcome="skipped",service="ranker"}');

const servedOf = async ({ log }: World, requestId: string): Promise<FeedServed | undefined> => {
  for (let partition = 0; partition < topics.feedServed.partitions; partition += 1) {
    for await (const { value } of log.read({ topic: topics.feedServed.name, partition })) {
      const parsed = parseJsonWith(feedServedSchema, value?.toString() ?? '');
      if (parsed.ok && parsed.value.data.requestId === requestId) return parsed.value;
    }
  }
  return undefined;
};
