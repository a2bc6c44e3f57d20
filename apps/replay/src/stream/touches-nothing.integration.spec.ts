import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { allTopics, interactionEventSchema, topics } from '#contracts';
import { createEventLog, type EventLog, type EventLogConfig } from '#event-log';
import { ArchivePositions, InteractionArchive } from '#persistence';
import { createLogger } from '#telemetry';
import { migratedDatabase, type MigratedDatabase } from '#test-support/migrated-database';
import { testBrokers } from '#test-support/topics';
import { until } from '#test-support/until';
import { startKafka } from '../../../../scripts/servers/kafka.mjs';
import type { ReplayCommand } from '../cli/command.js';
import { runCommand } from '../cli/run-command.js';
import { planCommand } from '../commands/plan.js';
import { runCommand as runRunCommand } from '../commands/run.js';
import { snapshotCommand } from '../commands/snapshot.js';
import { verifyCommand } from '../commands/verify.js';
import { liveChecksum } from '../fixtures/live-checksum.js';
import { day1, MINUTE, StreamRecords } from './fixtures/stream-records.js';
import type { StreamPlan } from './plan/plan-stream.js';
import type { Verification } from './verification/verify-stream.js';

jest.setTimeout(180_000);
const logger = createLogger('test', { level: 'silent' });
const commands: readonly ReplayCommand[] = [planCommand, verifyCommand, runRunCommand, snapshotCommand];

/** The output of a command line, read as JSON. */
const typed = async <T>(line: string): Promise<T> => JSON.parse(await outputOf(`${line} --json`)) as T;

const outputOf = async (line: string): Promise<string> => {
  const [printed, said] = [[] as string[], [] as string[]];
  const context = {
    print: (text: string) => printed.push(text),
    say: (text: string) => said.push(text),
    signal: new AbortController().signal,
  };
  const code = await runCommand(line.split(' '), commands, context);
  expect({ code, said }).toEqual({ code: 0, said: [] });
  return printed.join('\n');
};

const invented = (): StreamRecords => {
  const stream = new StreamRecords();
  stream.paper('p1', { at: day1 });
  stream.served('ada', 'request-1', { at: day1 }, ['p1'], { query: { limit: 10 } });
  for (let minute = 0; minute < 50; minute++)
    stream.interaction(`reader${minute}`, { at: day1 + minute * MINUTE }, { requestId: 'request-1' });
  stream.interaction('ada', { at: day1, id: 'dangling' }, { requestId: 'request-9' });
  return stream;
};

/** A small live system: a filled log, an archive of its interactions, and a consumer that has read all of it. */
const live = async (log: EventLog, { dataSource }: MigratedDatabase): Promise<{ stop(): Promise<void> }> => {
  await log.ensureTopics(allTopics);
  const archive = new InteractionArchive(dataSource);
  const positions = new ArchivePositions(dataSource);
  const { records } = invented();
  for (const { topic, key, value } of records) await log.append(topic, [{ key: key ?? '', value: value?.toString() ?? null }]);
  for (const { topic, partition, offset, value } of records.filter((record) => record.topic === topics.interactions.name)) {
    const event = interactionEventSchema.parse(JSON.parse(String(value)));
    await archive.prepareFor([{ event, partition, offset }]);
    const [claim] = await positions.claim([{ topic, partition }], 'ingest');
    await dataSource.transaction(async (transaction) => {
      await archive.append(transaction, [{ event, partition, offset }]);
      await positions.advance(transaction, claim!, offset + 1n);
    });
  }
  const consumer = await log.subscribe({
    topics: [topics.interactions.name],
    mode: 'shared',
    group: 'archive',
    start: () => Promise.resolve({}),
    handle: () => Promise.resolve(),
  });
  await until(
    'the consumer has read all',
    () => consumer.lag().size === topics.interactions.partitions && [...consumer.lag().values()].every((lag) => lag === 0n),
  );
  return consumer;
};

/** Whether nothing changes any more by itself: lazy commits are written. */
const settled = async (take: () => Promise<unknown>): Promise<void> => {
  let before = JSON.stringify(await take());
  await until(
    'the system is at rest',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const now = JSON.stringify(await take());
      const isAtRest = now === before;
      before = now;
      return isAtRest;
    },
    60_000,
  );
};

/** Runs of the log and of the archive, and snapshots: what they make is in files of their own. */
const runs = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'broadsheet-runs-'));
  try {
    expect(await outputOf(`run --out ${folder}/served`)).toMatch(/requests +1\n/);
    expect(await outputOf(`run --source archive --at none --out ${folder}/archive`)).toMatch(/interactions\.v1 +51\n/);
    await outputOf(`snapshot create --out ${folder}/a.snapshot`);
    expect(await outputOf(`snapshot verify --refold ${folder}/a.snapshot`)).toContain('as it should be (checksum, state, hash, refold)');
    expect(await typed('snapshot list')).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Runs every command over every source and compares the whole system before and after. */
const provesUntouched = async (log: EventLog, databaseUrl: string, brokers: readonly string[] | null): Promise<void> => {
  const take = () => liveChecksum(databaseUrl, brokers);
  await settled(take);
  const before = await take();
  expect(Object.keys(before.tables)).toEqual(expect.arrayContaining(['archive_positions', 'interactions', 'papers', 'snapshots']));

  const plan = await typed<StreamPlan>('plan');
  expect(plan.topics.map(({ topic, records }) => [topic, records])).toEqual([
    ['feed.served.v1', 1],
    ['interactions.v1', 51],
    ['papers.v1', 1],
  ]);
  const verification = await typed<Verification>('verify');
  expect(verification.findings.filter(({ found }) => found > 0)).toEqual([
    expect.objectContaining({ check: 'dangling requests', found: 1, examples: [expect.objectContaining({ id: 'dangling' })] }),
  ]);
  expect((await typed<StreamPlan>('plan --source archive')).topics.map(({ records }) => records)).toEqual([51, 0]);
  expect((await typed<Verification>('verify --source archive --last 7d')).records).toEqual({});

  await runs();

  expect(await take()).toEqual(before);
  // A checksum that nothing can change would prove nothing: a group that is joined and left again shows.
  const intruder = await log.subscribe({
    topics: [topics.papers.name],
    mode: 'shared',
    group: 'intruder',
    start: () => Promise.resolve({}),
    handle: () => Promise.resolve(),
  });
  await until('the intruder has read', () => intruder.lag().size === topics.papers.partitions);
  await intruder.stop();
  expect(await take()).not.toEqual(before);
};

const servedBy = async (
  config: EventLogConfig,
  database: MigratedDatabase,
  prove: (log: EventLog) => Promise<void>,
  isConsumerLive: boolean,
): Promise<void> => {
  const log = createEventLog({ ...config, commitEveryMs: 50 }, { logger });
  try {
    const consumer = await live(log, database);
    if (!isConsumerLive) await consumer.stop();
    await prove(log);
  } finally {
    await log.close();
  }
};

describe('replay touches nothing live', () => {
  const variables = ['DATABASE_URL', 'BROKER', 'KAFKA_BROKERS'] as const;
  const given = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  afterEach(() => {
    for (const name of variables)
      if (given[name] === undefined) delete process.env[name];
      else process.env[name] = given[name];
  });

  it('with the log in PostgreSQL', async () => {
    await using database = await migratedDatabase();
    Object.assign(process.env, { DATABASE_URL: database.url, BROKER: 'embedded' });
    // A live member of the embedded log renews its lease in a table: it is stopped, so that whatever changes is our doing.
    await servedBy({ broker: 'embedded', databaseUrl: database.url }, database, (log) => provesUntouched(log, database.url, null), false);
  });

  // A broker of its own: other tests join groups of the shared one all the time.
  (testBrokers() === null ? it.skip : it)('with the log on Kafka, beside a member that goes on', async () => {
    await using database = await migratedDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'broadsheet-broker-'));
    const server = await startKafka({ dataDir: folder, libs: join(import.meta.dirname, '../../../../.data/kafka/libs') });
    try {
      const brokers = [server.brokers];
      Object.assign(process.env, { DATABASE_URL: database.url, BROKER: 'kafka', KAFKA_BROKERS: server.brokers });
      await servedBy({ broker: 'kafka', brokers, clientId: 'live' }, database, (log) => provesUntouched(log, database.url, brokers), true);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
