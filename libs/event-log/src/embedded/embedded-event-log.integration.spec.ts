import { jest } from '@jest/globals';
import { Client } from 'pg';
import { positionKey } from '#contracts';
import { type TestDatabase, freshDatabase } from '#test-support/database';
import { uniqueName, uniqueTopic } from '#test-support/topics';
import { until } from '#test-support/until';
import { testLogger } from '../contract/test-logger.js';
import { type EmbeddedLogConfig, createEventLog } from '../create-event-log.js';
import { describeEventLogContract } from '../event-log.contract.js';
import { RangeGoneFailure } from '../failures.js';
import { type EmbeddedEventLog } from './embedded-event-log.js';

jest.setTimeout(30_000); // two cores may be shared with other work

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database.drop();
});

const config = (): EmbeddedLogConfig => ({
  broker: 'embedded',
  databaseUrl: database.url,
  commitEveryMs: 50,
  backoff: { firstMs: 10, maxMs: 100, jitter: 0.5 },
});
const create = (overrides: Partial<EmbeddedLogConfig> = {}): EmbeddedEventLog =>
  createEventLog({ ...config(), ...overrides }, { logger: testLogger() }) as EmbeddedEventLog;

describeEventLogContract('PostgreSQL', {
  create,
  config,
  compact: (log) => (log as EmbeddedEventLog).compactNow(),
});

describe('EmbeddedEventLog', () => {
  const spec = { name: 'embedded', partitions: 2, cleanup: 'delete', retentionDays: 1 } as const;
  const query = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<R>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  };

  it('shows the positions of each group in a table, for lag tools', async () => {
    const topic = uniqueTopic(spec);
    const group = uniqueName('group');
    const log = create();
    await log.ensureTopics([topic]);
    await log.append(topic.name, [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
    ]);
    await log.subscribe({ topics: [topic.name], mode: 'all', group, start: () => Promise.resolve({}), handle: () => Promise.resolve() });
    await until('the position is there', async () => {
      const rows = await query<{ next_offset: string }>(
        'select next_offset from log_positions where group_name = $1 order by next_offset desc',
        [group],
      );
      return rows[0]?.next_offset === '2';
    });
    await log.close();
  });

  it('removes what is older than the retention, keeps offsets, and refuses a range that begins in the hole', async () => {
    const topic = uniqueTopic({ ...spec, partitions: 1 });
    const log = create();
    await log.ensureTopics([topic]);
    await log.append(
      topic.name,
      ['old 0', 'old 1'].map((value) => ({ key: 'k', value })),
    );
    await query(
      'update log_records set taken_at = taken_at - 2 * 86400000 where topic_id = (select topic_id from log_topics where name = $1)',
      [topic.name],
    );
    await log.append(topic.name, [{ key: 'k', value: 'new' }]);
    await log.compactNow();
    const values: string[] = [];
    for await (const record of log.read({ topic: topic.name, partition: 0 })) values.push(`${record.offset} ${record.value?.toString()}`);
    expect(values).toEqual(['2 new']);
    expect((await log.bounds(topic.name)).earliest).toEqual({ [positionKey(topic.name, 0)]: '2' });
    await expect(log.read({ topic: topic.name, partition: 0, from: 0n }).next()).rejects.toThrow(RangeGoneFailure);
    await log.close();
  });

  it('goes on after all its connections were cut, and its partitions come back', async () => {
    const topic = uniqueTopic(spec);
    const log = create();
    await log.ensureTopics([topic]);
    const seen: string[] = [];
    const subscription = await log.subscribe({
      topics: [topic.name],
      mode: 'shared',
      group: uniqueName('group'),
      start: () => Promise.resolve({}),
      handle: (batch) => Promise.resolve(void seen.push(...batch.records.map(({ value }) => String(value)))),
    });
    await subscription.ready;
    await log.append(topic.name, [{ key: 'a', value: 'before' }]);
    await until('the first is handled', () => seen.includes('before'));
    await query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'broadsheet-log%'`,
    );
    await until('an append works again', () =>
      log.append(topic.name, [{ key: 'a', value: 'after' }]).then(
        () => true,
        () => false,
      ),
    );
    await until('the second is handled', () => seen.includes('after'));
    await log.close();
  });

  it('leaves no lock, member or connection behind when it closes', async () => {
    const topic = uniqueTopic(spec);
    const log = create();
    await log.ensureTopics([topic]);
    const subscription = await log.subscribe({
      topics: [topic.name],
      mode: 'shared',
      group: uniqueName('group'),
      start: () => Promise.resolve({}),
      handle: () => Promise.resolve(),
    });
    await subscription.ready;
    await log.close();
    await until('all sessions are gone', async () => {
      const [row] = await query<{ sessions: string; members: string; locks: string }>(
        `select (select count(*) from pg_stat_activity where datname = current_database() and application_name like 'broadsheet-log%') as sessions,
                (select count(*) from log_members) as members,
                (select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())) as locks`,
      );
      return row!.sessions === '0' && row!.members === '0' && row!.locks === '0';
    });
  });
});
