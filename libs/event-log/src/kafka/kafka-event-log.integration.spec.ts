import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { positionKey, type TopicSpec } from '#contracts';
import { testBrokers, uniqueName, uniqueTopic } from '#test-support/topics';
import { until } from '#test-support/until';
import { startKafka } from '../../../../scripts/servers/kafka.mjs';
import { testLogger } from '../contract/test-logger.js';
import { type KafkaLogConfig, createEventLog } from '../create-event-log.js';
import { describeEventLogContract } from '../event-log.contract.js';
import type { EventLog, StoredRecord } from '../event-log.js';

jest.setTimeout(30_000); // two cores may be shared with other work

const brokers = testBrokers();

const config = (): KafkaLogConfig => ({
  broker: 'kafka',
  brokers: brokers ?? [],
  clientId: 'contract',
  commitEveryMs: 50,
  sessionTimeoutMs: 6000,
  backoff: { firstMs: 10, maxMs: 100, jitter: 0.5 },
});
const logger = testLogger();
const create = (overrides: Partial<KafkaLogConfig> = {}): EventLog => createEventLog({ ...config(), ...overrides }, { logger });

/** Kafka's own tools, beside our port. */
const rawKafka = (at: readonly string[] = brokers ?? []): Kafka =>
  new Kafka({ brokers: [...at], clientId: 'raw', logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } });

/** Rolls every segment and lets the cleaner have all of them but the last, which gets a filler. */
const compact = async (log: EventLog, { name, partitions }: TopicSpec): Promise<void> => {
  const admin = rawKafka().admin();
  await admin.connect();
  // All of them: what is not named goes back to the broker's default.
  const eager = {
    'cleanup.policy': 'compact',
    'message.timestamp.type': 'LogAppendTime',
    'segment.ms': '1',
    'min.cleanable.dirty.ratio': '0.0001',
    'max.compaction.lag.ms': '1',
  };
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: 2, name, configEntries: Object.entries(eager).map(([entry, value]) => ({ name: entry, value })) }],
  });
  await admin.disconnect();
  let filler = 0;
  const roll = (): Promise<unknown> =>
    log.append(
      name,
      Array.from({ length: 64 }, () => ({ key: `filler-${filler++ % (partitions * 8)}`, value: 'x' })),
    );
  await until(
    'the cleaner has been everywhere',
    async () => {
      await roll();
      const keys = new Map<string, number>();
      for (let partition = 0; partition < partitions; partition++) {
        for await (const { key } of log.read({ topic: name, partition }))
          if (!key!.startsWith('filler-')) keys.set(key!, (keys.get(key!) ?? 0) + 1);
      }
      return [...keys.values()].every((count) => count === 1);
    },
    40_000,
  );
};

if (brokers === null) {
  describe.skip('Kafka as an event log (this machine has no Java 17+ or no Maven)', () => {
    it.todo('passes the contract');
  });
} else {
  describeEventLogContract('Kafka', { create, config, compact });

  describe('KafkaEventLog', () => {
    const spec: TopicSpec = { name: 'kafka', partitions: 2, cleanup: 'delete', retentionDays: 1 };
    const open: EventLog[] = [];
    const logWith = async (topic: TopicSpec, overrides: Partial<KafkaLogConfig> = {}): Promise<EventLog> => {
      const log = create(overrides);
      open.push(log);
      await log.ensureTopics([topic]);
      return log;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((log) => log.close()));
    });

    it('shows the positions of each group to Kafka lag tools', async () => {
      const topic = uniqueTopic(spec);
      const group = uniqueName('group');
      const log = await logWith(topic);
      await log.append(
        topic.name,
        Array.from({ length: 10 }, (_, index) => ({ key: `k${index}`, value: '1' })),
      );
      await log.subscribe({ topics: [topic.name], mode: 'all', group, start: () => Promise.resolve({}), handle: () => Promise.resolve() });
      const admin = rawKafka().admin();
      await admin.connect();
      const { end } = await log.bounds(topic.name);
      await until('both positions are there', async () => {
        const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic.name] });
        return offsets!.partitions.every(({ partition, offset }) => offset === end[`${topic.name}/${partition}`]);
      });
      await admin.disconnect();
    });

    it('reads a range as a member of no group', async () => {
      const topic = uniqueTopic(spec);
      const clientId = uniqueName('reader');
      const log = await logWith(topic, { clientId });
      await log.append(
        topic.name,
        Array.from({ length: 10 }, (_, index) => ({ key: `k${index}`, value: '1' })),
      );
      const admin = rawKafka().admin();
      await admin.connect();
      const members = async (): Promise<string[]> => {
        const { groups } = await admin.listGroups();
        const described = await admin.describeGroups(groups.map(({ groupId }) => groupId));
        return described.groups.flatMap((group) => group.members.map((member) => member.clientId));
      };
      let read = 0;
      for (const partition of [0, 1])
        for await (const record of log.read({ topic: topic.name, partition })) {
          read += 1;
          expect(record.partition).toBe(partition);
          expect(await members()).not.toContain(clientId);
        }
      expect(read).toBe(10);
      const { groups } = await admin.listGroups();
      expect(groups.filter(({ groupId }) => groupId.startsWith(clientId))).toEqual([]);
      await admin.disconnect();
    });

    it('tells of records that were removed while a range was read, instead of passing over them', async () => {
      const topic = uniqueTopic({ ...spec, partitions: 1 });
      const log = await logWith(topic);
      for (let lot = 0; lot < 4; lot++)
        await log.append(
          topic.name,
          Array.from({ length: 10 }, (_, index) => ({ key: `k${index}`, value: 'x'.repeat(60_000) })),
        );
      const admin = rawKafka().admin();
      await admin.connect();
      const reading = log.read({ topic: topic.name, partition: 0 })[Symbol.asyncIterator]();
      expect((await reading.next()).value).toMatchObject({ offset: 0n });
      await admin.fetchTopicOffsets(topic.name); // without it, kafkajs does not know the topic
      await admin.deleteTopicRecords({ topic: topic.name, partitions: [{ partition: 0, offset: '35' }] });
      await admin.disconnect();
      const rest = async (): Promise<void> => {
        while ((await reading.next()).done !== true) continue;
      };
      await expect(rest()).rejects.toMatchObject({ code: 'LOG_RANGE_GONE', retryable: false });
    });

    it('takes records that others wrote: without key or value, with repeated headers, compressed', async () => {
      const topic = uniqueTopic({ ...spec, partitions: 1 });
      const log = await logWith(topic);
      const producer = rawKafka().producer({ allowAutoTopicCreation: false });
      await producer.connect();
      await producer.send({
        topic: topic.name,
        messages: [
          { key: null, value: 'no key' },
          { key: 'k', value: null, headers: { h: ['first', 'last'] } },
        ],
      });
      await producer.send({ topic: topic.name, compression: 1, messages: [{ key: 'z', value: 'zipped' }] });
      await producer.disconnect();
      const records: Pick<StoredRecord, 'key' | 'value' | 'headers'>[] = [];
      for await (const { key, value, headers } of log.read({ topic: topic.name, partition: 0 })) records.push({ key, value, headers });
      expect(records).toEqual([
        { key: null, value: Buffer.from('no key'), headers: {} },
        { key: 'k', value: null, headers: { h: 'last' } },
        { key: 'z', value: Buffer.from('zipped'), headers: {} },
      ]);
    });

    it('passes the markers of transactions, which are offsets without records', async () => {
      const topic = uniqueTopic({ ...spec, partitions: 1 });
      const log = await logWith(topic);
      const producer = rawKafka().producer({
        allowAutoTopicCreation: false,
        transactionalId: uniqueName('tx'),
        maxInFlightRequests: 1,
        idempotent: true,
      });
      await producer.connect();
      for (const outcome of ['commit', 'abort'] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic: topic.name, messages: [{ key: 'k', value: outcome }] });
        await transaction[outcome]();
      }
      await producer.disconnect();
      const values: string[] = [];
      for await (const { value } of log.read({ topic: topic.name, partition: 0 })) values.push(String(value));
      expect(values).toEqual(['commit']);
      const subscription = await log.subscribe({
        topics: [topic.name],
        mode: 'all',
        group: uniqueName('group'),
        start: () => Promise.resolve({}),
        handle: () => Promise.resolve(),
      });
      await until('no lag is left', () => [...subscription.lag().values()].join() === '0', 20_000);
    }, 30_000);

    it('steps over a batch that compaction emptied at the end of a segment, where kafkajs stands still', async () => {
      const topic = uniqueTopic({ name: 'emptied', partitions: 1, cleanup: 'compact' });
      const segment = { 'segment.bytes': String(1024 * 1024), 'min.cleanable.dirty.ratio': '0.0001', 'max.compaction.lag.ms': '1' };
      const log = await logWith(topic, { topicSettings: segment });
      const passing = await logWith(topic);
      const big = (from: number, count: number): { key: string; value: string }[] =>
        Array.from({ length: count }, (_, index) => ({ key: `big-${from + index}`, value: 'x'.repeat(60_000) }));
      // First segment: filled, and at its end the only batch of a producer that is gone, whose every record comes again later.
      await log.append(topic.name, big(0, 12));
      await log.append(topic.name, big(12, 3));
      await passing.append(
        topic.name,
        Array.from({ length: 5 }, (_, index) => ({ key: `small-${index}`, value: 'old' })),
      );
      // Second segment: too large for the first, so that cleaning does not put both together. Third: closes the second.
      await log.append(topic.name, big(20, 12));
      await log.append(
        topic.name,
        Array.from({ length: 5 }, (_, index) => ({ key: `small-${index}`, value: 'new' })),
      );
      await log.append(topic.name, big(40, 12));
      const values = async (): Promise<string[]> => {
        const found: string[] = [];
        for await (const { key, value, offset } of log.read({ topic: topic.name, partition: 0 }))
          if (key!.startsWith('small')) found.push(`${offset} ${String(value)}`);
        return found;
      };
      await until('the old ones are gone', async () => !(await values()).some((value) => value.endsWith('old')), 30_000);
      expect(await values()).toEqual(['32 new', '33 new', '34 new', '35 new', '36 new']);
      const offsets: bigint[] = [];
      const subscription = await log.subscribe({
        topics: [topic.name],
        mode: 'all',
        group: uniqueName('group'),
        start: () => Promise.resolve({}),
        handle: (batch) => Promise.resolve(void offsets.push(...batch.records.map(({ offset }) => offset))),
      });
      await until('it has caught up', () => offsets.at(-1) === 48n && [...subscription.lag().values()].join() === '0', 20_000);
      expect(offsets).toEqual([
        ...Array.from({ length: 15 }, (_, index) => BigInt(index)),
        ...Array.from({ length: 29 }, (_, index) => BigInt(20 + index)),
      ]);
      expect(logger.lines.some(({ message }) => message.includes('no record is left'))).toBe(true);
    }, 60_000);

    it('creates topics with the settings of the design', async () => {
      const papers = uniqueTopic({ name: 'papers', partitions: 1, cleanup: 'compact' });
      const events = uniqueTopic({ name: 'events', partitions: 1, cleanup: 'delete', retentionDays: 90 });
      const log = await logWith(papers);
      await log.ensureTopics([events]);
      const admin = rawKafka().admin();
      await admin.connect();
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [papers, events].map(({ name }) => ({ type: 2, name })),
      });
      await admin.disconnect();
      const settings = resources.map(({ configEntries }) =>
        Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      );
      expect(settings[0]).toMatchObject({
        'cleanup.policy': 'compact',
        'message.timestamp.type': 'LogAppendTime',
        'max.message.bytes': '1048576',
      });
      expect(settings[1]).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': String(90 * 86_400_000) });
    });

    it('goes on after its broker was killed and came back, and answers appends in between with a failure', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'broadsheet-broker-'));
      const libs = join(import.meta.dirname, '../../../../.data/kafka/libs');
      let server = await startKafka({ dataDir: folder, libs });
      const log = createEventLog({ ...config(), brokers: [server.brokers] }, { logger: testLogger() });
      try {
        await log.ensureTopics([spec]);
        const seen: string[] = [];
        // Ours is the truth: a member whose session ended with the broker asks again where to begin.
        const next = new Map<string, string>();
        const subscription = await log.subscribe({
          topics: [spec.name],
          mode: 'shared',
          group: 'survivor',
          start: () => Promise.resolve(Object.fromEntries(next)),
          handle: (batch) => {
            seen.push(...batch.records.map(({ value }) => String(value)));
            next.set(positionKey(batch.topic, batch.partition), String(batch.records.at(-1)!.offset + 1n));
            return Promise.resolve();
          },
        });
        await subscription.ready;
        await log.append(spec.name, [{ key: 'a', value: 'before' }]);
        await until('the first is handled', () => seen.includes('before'));
        process.kill(server.pid, 'SIGKILL');
        const during = log.append(spec.name, [{ key: 'a', value: 'during' }]).then(
          () => 'appended',
          (error: unknown) => (error as { code: string }).code,
        );
        await expect(log.ping()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true });
        const port = Number(server.brokers.split(':')[1]);
        const killed = server.brokers;
        server = await startKafka({ dataDir: folder, libs, port });
        expect(server.brokers).toBe(killed);
        expect(['appended', 'LOG_APPEND']).toContain(await during);
        await until(
          'an append works again',
          () =>
            log.append(spec.name, [{ key: 'a', value: 'after' }]).then(
              () => true,
              () => false,
            ),
          30_000,
        );
        await until('the last is handled', () => seen.includes('after'), 60_000);
        // An append that was answered with a failure may have been taken all the same, so the repeated one may stand there twice; nothing that was sent once may.
        for (const once of ['before', 'during']) expect(seen.filter((value) => value === once).length).toBeLessThanOrEqual(1);
      } finally {
        await log.close();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    }, 180_000);
  });
}
