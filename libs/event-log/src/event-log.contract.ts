import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAX_RECORD_BYTES, type Positions, type TopicSpec, positionKey, topics } from '#contracts';
import { uniqueName, uniqueTopic } from '#test-support/topics';
import { until } from '#test-support/until';
import { FileArchive } from './contract/file-archive.js';
import type { EventLogConfig } from './create-event-log.js';
import type { Batch, EventLog, StoredRecord, Subscription } from './event-log.js';
import { lagSeconds } from './lag-seconds.js';
import { AppendFailure, InvalidRecordFailure, RecordTooLargeFailure, TopicMismatchFailure, UnknownTopicFailure } from './failures.js';
import { partitionOf } from './partitioner.js';

/** What an adapter's own test file gives to the contract. */
export interface EventLogHarness {
  /** Connects to the same log as all others of this test file. */
  readonly create: (overrides?: { readonly append?: NonNullable<EventLogConfig['append']> }) => EventLog;
  /** For a process that is started to be killed. */
  readonly config: () => EventLogConfig;
  /** Makes compaction happen now; resolves when nothing is left that it may remove. */
  readonly compact: (log: EventLog, topic: TopicSpec) => Promise<void>;
}

const small: TopicSpec = { name: 'contract', partitions: 4, cleanup: 'delete', retentionDays: 1 };
const fromBeginning = (): Promise<Positions> => Promise.resolve({});

const readAll = async (log: EventLog, { name, partitions }: TopicSpec): Promise<StoredRecord[]> => {
  const all: StoredRecord[] = [];
  for (let partition = 0; partition < partitions; partition++)
    for await (const record of log.read({ topic: name, partition })) all.push(record);
  return all;
};

const textOf = ({ value }: StoredRecord): string | null => (value === null ? null : value.toString('utf8'));

/** Last record of each key, withdrawn ones left out: what a fold of a compacted topic arrives at. */
const foldOf = (records: readonly StoredRecord[]): Record<string, string> => {
  const state = new Map<string, string>();
  for (const record of records) {
    const value = textOf(record);
    if (value === null) state.delete(record.key ?? '');
    else state.set(record.key ?? '', value);
  }
  return Object.fromEntries([...state].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** The keys k0, k1, ... of which at least one falls into each partition. */
const keysIn = (partitions: number): string[] => {
  const keys = new Map<number, string>();
  for (let index = 0; keys.size < partitions; index++) keys.set(partitionOf(`k${index}`, partitions), `k${index}`);
  return Array.from({ length: partitions }, (_, partition) => keys.get(partition)!);
};

/** Everything that is promised of an event log, whichever adapter it is. */
export const describeEventLogContract = (name: string, harness: EventLogHarness): void => {
  describe(`${name} as an event log`, () => {
    const open: EventLog[] = [];
    const create: EventLogHarness['create'] = (overrides) => {
      const log = harness.create(overrides);
      open.push(log);
      return log;
    };
    const logWith = async (...specs: readonly TopicSpec[]): Promise<EventLog> => {
      const log = create();
      await log.ensureTopics(specs);
      return log;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((log) => log.close()));
    });

    describe('topics', () => {
      it('are created once, whoever asks and how often', async () => {
        const spec = uniqueTopic(small);
        const logs = [create(), create(), create()];
        await Promise.all(logs.map((log) => log.ensureTopics([spec])));
        await logs[0]!.ensureTopics([spec]);
        const { earliest, end } = await logs[0]!.bounds(spec.name);
        const zeros = Object.fromEntries([0, 1, 2, 3].map((partition) => [positionKey(spec.name, partition), '0']));
        expect({ earliest, end }).toEqual({ earliest: zeros, end: zeros });
      });

      it('with other partitions than specified are an error', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        await expect(log.ensureTopics([{ ...spec, partitions: 5 }])).rejects.toThrow(TopicMismatchFailure);
      });

      it('that do not exist are an error for every use', async () => {
        const log = await logWith(uniqueTopic(small));
        const missing = uniqueName('missing');
        await expect(log.append(missing, [{ key: 'k', value: '1' }])).rejects.toThrow(UnknownTopicFailure);
        await expect(
          log.subscribe({ topics: [missing], mode: 'all', group: missing, start: fromBeginning, handle: () => Promise.resolve() }),
        ).rejects.toThrow(UnknownTopicFailure);
        await expect(log.bounds(missing)).rejects.toThrow(UnknownTopicFailure);
        await expect(log.read({ topic: missing, partition: 0 })[Symbol.asyncIterator]().next()).rejects.toThrow(UnknownTopicFailure);
      });
    });

    describe('append', () => {
      it('answers the position of each record in input order, in the partition of its key', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        const records = Array.from({ length: 100 }, (_, index) => ({ key: `key-${index % 17}`, value: String(index) }));
        const positions = await log.append(spec.name, records);
        const stored = new Map((await readAll(log, spec)).map((record) => [`${record.partition}/${record.offset}`, textOf(record)]));
        expect(positions.map(({ topic, partition }) => ({ topic, partition }))).toEqual(
          records.map(({ key }) => ({ topic: spec.name, partition: partitionOf(key, spec.partitions) })),
        );
        expect(positions.map(({ partition, offset }) => stored.get(`${partition}/${offset}`))).toEqual(records.map(({ value }) => value));
      });

      it('keeps the order of each key under many callers, from two processes-worth of logs', async () => {
        const spec = uniqueTopic(small);
        const logs = [await logWith(spec), create()];
        await Promise.all(
          Array.from({ length: 20 }, async (_, caller) => {
            for (let sequence = 0; sequence < 30; sequence++)
              await logs[caller % 2]!.append(spec.name, [{ key: `caller-${caller}`, value: String(sequence) }]);
          }),
        );
        // Not awaiting in between must not lose order either.
        await Promise.all(
          Array.from({ length: 200 }, (_, sequence) => logs[0]!.append(spec.name, [{ key: 'eager', value: String(sequence) }])),
        );
        const byKey = new Map<string, number[]>();
        for (const record of await readAll(log0(logs), spec))
          byKey.set(record.key!, [...(byKey.get(record.key!) ?? []), Number(textOf(record))]);
        expect(byKey.get('eager')).toEqual(Array.from({ length: 200 }, (_, sequence) => sequence));
        for (let caller = 0; caller < 20; caller++)
          expect(byKey.get(`caller-${caller}`)).toEqual(Array.from({ length: 30 }, (_, sequence) => sequence));
      });

      it('takes values of 64 KiB, many at once, and refuses one byte more before anything is written', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        const largest = 'x'.repeat(MAX_RECORD_BYTES);
        const positions = await log.append(
          spec.name,
          Array.from({ length: 60 }, () => ({ key: 'same', value: largest })),
        );
        expect(positions).toHaveLength(60);
        const refused = log.append(spec.name, [
          { key: 'small', value: '1' },
          { key: 'large', value: `${largest}x` },
        ]);
        await expect(refused).rejects.toThrow(RecordTooLargeFailure);
        const stored = await readAll(log, spec);
        expect(stored).toHaveLength(60);
        expect(stored.every(({ value }) => value?.length === MAX_RECORD_BYTES)).toBe(true);
      });

      it('refuses a NUL character, which not every log can hold', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        await expect(log.append(spec.name, [{ key: 'k', value: 'a\0b' }])).rejects.toThrow(InvalidRecordFailure);
      });

      it('carries text of any script, an empty key, an empty value, headers, and the time it was taken', async () => {
        const spec = uniqueTopic({ ...small, cleanup: 'compact' });
        const log = await logWith(spec);
        const before = Date.now();
        const records = [
          {
            key: 'é中😀',
            value: '{"title":"λ \\"quoted\\" \\\\ back\\nslash, comma {brace}"}',
            headers: { ce_id: 'e-1', ce_type: 'ünïcode "q"' },
          },
          { key: '', value: '' },
          { key: 'gone', value: null },
          { key: 'NULL', value: 'NULL' },
        ];
        await log.append(spec.name, records);
        const stored = (await readAll(log, spec)).map((record) => ({ key: record.key, value: textOf(record), headers: record.headers }));
        const expected = records.map(({ key, value, headers = {} }) => ({ key, value, headers }));
        expect(stored).toHaveLength(4);
        expect(stored).toEqual(expect.arrayContaining(expected));
        for (const { timestamp } of await readAll(log, spec)) {
          expect(timestamp).toBeGreaterThanOrEqual(before - 5); // a clock of another process, in whole milliseconds
          expect(timestamp).toBeLessThanOrEqual(Date.now() + 5);
        }
      });

      it('refuses at once what does not fit its buffer', async () => {
        const spec = uniqueTopic(small);
        const log = create({ append: { bufferBytes: 2000 } });
        await log.ensureTopics([spec]);
        const attempts = await Promise.allSettled(
          Array.from({ length: 10 }, () => log.append(spec.name, [{ key: 'k', value: 'x'.repeat(500) }])),
        );
        const refused = attempts.filter((attempt) => attempt.status === 'rejected');
        expect(refused.length).toBeGreaterThan(0);
        expect(refused.every(({ reason }) => reason instanceof AppendFailure && reason.details.reason === 'full')).toBe(true);
        expect(await readAll(log, spec)).toHaveLength(10 - refused.length);
      });
    });

    describe('read', () => {
      it('gives exactly the range that is asked for', async () => {
        const spec = uniqueTopic({ ...small, partitions: 1 });
        const log = await logWith(spec);
        await log.append(
          spec.name,
          Array.from({ length: 1200 }, (_, index) => ({ key: `k${index}`, value: String(index) })),
        );
        const valuesOf = async (from?: bigint, to?: bigint): Promise<number[]> => {
          const values: number[] = [];
          const range = { topic: spec.name, partition: 0, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
          for await (const record of log.read(range)) values.push(Number(textOf(record)));
          return values;
        };
        const count = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
        expect(await valuesOf()).toEqual(count(0, 1200));
        expect(await valuesOf(1195n)).toEqual(count(1195, 1200));
        expect(await valuesOf(3n, 7n)).toEqual(count(3, 7));
        expect(await valuesOf(1199n, 5000n)).toEqual([1199]);
        expect(await valuesOf(1200n)).toEqual([]);
      });

      it('ends at the end as of the call, though appends go on', async () => {
        const spec = uniqueTopic({ ...small, partitions: 1 });
        const log = await logWith(spec);
        await log.append(spec.name, [
          { key: 'a', value: '0' },
          { key: 'a', value: '1' },
        ]);
        const values: (string | null)[] = [];
        for await (const record of log.read({ topic: spec.name, partition: 0 })) {
          values.push(textOf(record));
          await log.append(spec.name, [{ key: 'a', value: 'later' }]);
        }
        expect(values).toEqual(['0', '1']);
      });

      it('may be left early', async () => {
        const spec = uniqueTopic({ ...small, partitions: 1 });
        const log = await logWith(spec);
        await log.append(
          spec.name,
          Array.from({ length: 3000 }, (_, index) => ({ key: 'k', value: String(index) })),
        );
        for await (const record of log.read({ topic: spec.name, partition: 0 })) {
          expect(record.offset).toBe(0n);
          break;
        }
      });

      it('finds by time the first record taken at or after it, and the end where there is none', async () => {
        const spec = uniqueTopic({ ...small, partitions: 2 });
        const log = await logWith(spec);
        const [left, right] = keysIn(2) as [string, string];
        const times: number[] = [];
        for (let step = 0; step < 6; step++) {
          const [position] = await log.append(spec.name, [{ key: left, value: String(step) }]);
          for await (const record of log.read({ topic: spec.name, partition: 0, from: position!.offset })) times.push(record.timestamp);
          await until('the clock has moved on', () => Date.now() > times[step]! + 2);
        }
        await log.append(spec.name, [{ key: right, value: 'only' }]);
        const at = async (time: number): Promise<[string, string]> => {
          const offsets = await log.offsetsAt(spec.name, time);
          return [offsets[positionKey(spec.name, 0)]!, offsets[positionKey(spec.name, 1)]!];
        };
        for (let step = 0; step < 6; step++) expect(await at(times[step]!)).toEqual([String(step), '0']);
        expect(await at(times[2]! + 1)).toEqual(['3', '0']);
        expect(await at(0)).toEqual(['0', '0']);
        expect(await at(Date.now() + 60_000)).toEqual(['6', '1']);
      });

      it('has an answer for a topic without records', async () => {
        const spec = uniqueTopic({ ...small, partitions: 1 });
        const log = await logWith(spec);
        expect(await readAll(log, spec)).toEqual([]);
        expect(await log.offsetsAt(spec.name, 0)).toEqual({ [positionKey(spec.name, 0)]: '0' });
        await expect(log.ping()).resolves.toBeUndefined();
      });
    });

    describe('subscribe', () => {
      /** Subscribes and collects; the handler may be given its own reaction to each batch. */
      const collect = async (
        log: EventLog,
        spec: TopicSpec,
        options: {
          mode?: 'all' | 'shared';
          group?: string;
          start?: () => Promise<Positions>;
          react?: (batch: Batch) => Promise<void>;
          maxBatch?: number;
        } = {},
      ): Promise<{ records: StoredRecord[]; subscription: Subscription; revoked: number[] }> => {
        const records: StoredRecord[] = [];
        const revoked: number[] = [];
        const { mode = 'all', group = uniqueName('group'), start = fromBeginning, react, maxBatch } = options;
        const subscription = await log.subscribe({
          topics: [spec.name],
          mode,
          group,
          start,
          ...(maxBatch === undefined ? {} : { maxBatch }),
          handle: async (batch) => {
            await react?.(batch);
            records.push(...batch.records);
          },
          onRevoked: (partitions) => {
            revoked.push(...partitions.map(({ partition }) => partition));
            return Promise.resolve();
          },
        });
        await subscription.ready;
        return { records, subscription, revoked };
      };
      const numbered = (count: number, from = 0): { key: string; value: string }[] =>
        Array.from({ length: count }, (_, index) => ({ key: `k${(from + index) % 23}`, value: String(from + index) }));
      const numbersOf = (records: readonly StoredRecord[]): number[] =>
        records.map((record) => Number(textOf(record))).sort((a, b) => a - b);
      const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

      it('gives what was appended while nobody listened, then what comes, in order and promptly', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        await log.append(spec.name, numbered(500));
        const { records, subscription } = await collect(log, spec, { maxBatch: 50 });
        await until('the old records are handled', () => records.length === 500);
        for (let number = 500; number < 520; number++) {
          const began = performance.now();
          await log.append(spec.name, numbered(1, number));
          await until('the new record is handled', () => records.length === number + 1, 2000);
          expect(performance.now() - began).toBeLessThan(1000);
        }
        expect(numbersOf(records)).toEqual(upTo(520));
        for (const partition of upTo(spec.partitions)) {
          const offsets = records.filter((record) => record.partition === partition).map(({ offset }) => offset);
          expect(offsets).toEqual([...offsets].sort((a, b) => (a < b ? -1 : 1)));
        }
        await until('no lag is left', () => [...subscription.lag().values()].every((lag) => lag === 0n));
      });

      it('says in each batch where the partition ended, so that lag is known', async () => {
        const spec = uniqueTopic({ ...small, partitions: 1 });
        const log = await logWith(spec);
        await log.append(spec.name, numbered(30));
        const batches: Batch[] = [];
        const { records } = await collect(log, spec, { maxBatch: 10, react: (batch) => Promise.resolve(void batches.push(batch)) });
        await until('all are handled', () => records.length === 30);
        expect(batches.every((batch) => batch.records.length <= 10)).toBe(true);
        expect(batches.map(({ end }) => end)).toEqual(batches.map(() => 30n));
      });

      it('tells since when a record waits, from where its handler is within a batch, and that it hears the log while nothing comes', async () => {
        const spec = uniqueTopic({ ...small, partitions: 1 });
        const log = await logWith(spec);
        const key = `${spec.name}/0`;
        let release: () => void = () => {};
        let batches = 0;
        const react = (): Promise<void> => {
          batches += 1;
          return new Promise((resolve) => (release = resolve));
        };
        const { subscription } = await collect(log, spec, { react });
        const before = Date.now();
        await log.append(spec.name, numbered(1));
        await until('the first record is in hand', () => subscription.waiting().has(key));
        await log.append(spec.name, numbered(2, 1));
        // Clocks of the stores are of this machine, and round to milliseconds.
        expect(subscription.waiting().get(key)).toBeGreaterThanOrEqual(before - 50);
        expect(subscription.waiting().get(key)).toBeLessThanOrEqual(Date.now() + 50);
        await until(
          'the next one has arrived',
          () => (subscription.waiting({ [key]: '1' }).get(key) ?? 0) >= subscription.waiting().get(key)!,
        );
        release();
        await until('the second batch is in hand', () => batches === 2);
        release();
        await until('nothing waits', () => subscription.waiting().size === 0);
        const heard = subscription.heard().get(key) ?? 0;
        await until('the log is heard again', () => (subscription.heard().get(key) ?? 0) > heard, 5_000);
        expect(lagSeconds(subscription, Date.now())).toEqual(new Map([[key, 0]]));
      });

      it('is ready on a topic without records, and asks for positions of every partition', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        const asked: number[] = [];
        const subscription = await log.subscribe({
          topics: [spec.name],
          mode: 'all',
          group: uniqueName('group'),
          start: (partitions) => {
            asked.push(...partitions.map(({ partition }) => partition));
            return Promise.resolve({});
          },
          handle: () => Promise.resolve(),
        });
        await subscription.ready;
        expect(asked.sort()).toEqual([0, 1, 2, 3]);
      });

      it('begins where the subscriber says and skips what is below', async () => {
        const spec = uniqueTopic({ ...small, partitions: 2 });
        const log = await logWith(spec);
        const [left, right] = keysIn(2) as [string, string];
        await log.append(spec.name, [
          ...upTo(10).map((number) => ({ key: left, value: String(number) })),
          ...upTo(3).map((number) => ({ key: right, value: String(100 + number) })),
        ]);
        const { records } = await collect(log, spec, { start: () => Promise.resolve({ [positionKey(spec.name, 0)]: '7' }) });
        await until('all from there are handled', () => records.length >= 6);
        await log.append(spec.name, [{ key: left, value: '10' }]);
        await until('the next is handled', () => records.length >= 7);
        expect(numbersOf(records)).toEqual([7, 8, 9, 10, 100, 101, 102]);
      });

      it('gives every subscriber everything in mode all', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        const first = await collect(log, spec);
        const second = await collect(create(), spec);
        await log.append(spec.name, numbered(200));
        await until('both have all', () => first.records.length === 200 && second.records.length === 200);
        expect(numbersOf(first.records)).toEqual(upTo(200));
        expect(numbersOf(second.records)).toEqual(upTo(200));
      });

      it('gives every subscriber everything in mode all even if two use one name by mistake', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        const group = uniqueName('twin');
        const first = await collect(log, spec, { group });
        const second = await collect(create(), spec, { group });
        await log.append(spec.name, numbered(100));
        await until('both have all', () => first.records.length === 100 && second.records.length === 100);
      });

      it('divides partitions over the members of a group, and gives them to who is left when one stops', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        const group = uniqueName('archive');
        const positions: Record<string, string> = {};
        // As the archive does: records and positions move together, and a position that is not ours any more moves nothing.
        const archived: number[] = [];
        const archive =
          (owner: StoredRecord[]) =>
          (batch: Batch): Promise<void> => {
            const key = positionKey(spec.name, batch.partition);
            const next = BigInt(positions[key] ?? '0');
            const fresh = batch.records.filter(({ offset }) => offset >= next);
            archived.push(...fresh.map((record) => Number(textOf(record))));
            owner.push(...fresh);
            const last = batch.records[batch.records.length - 1]!.offset + 1n;
            if (last > next) positions[key] = String(last);
            return Promise.resolve();
          };
        const start = (): Promise<Positions> => Promise.resolve({ ...positions });
        const handledBy: [StoredRecord[], StoredRecord[]] = [[], []];
        const first = await collect(log, spec, { mode: 'shared', group, start, react: archive(handledBy[0]) });
        await log.append(spec.name, numbered(100));
        await until('the first has all', () => archived.length === 100);

        const second = await collect(create(), spec, { mode: 'shared', group, start, react: archive(handledBy[1]) });
        // Goes on while partitions change hands.
        let appended = 100;
        const shareOf = (owner: number, since: number): Set<number> =>
          new Set(handledBy[owner as 0 | 1].slice(since).map(({ partition }) => partition));
        await until('both work', async () => {
          const since = [handledBy[0].length, handledBy[1].length] as const;
          await log.append(spec.name, numbered(40, appended));
          appended += 40;
          await until('these are handled', () => archived.length >= appended);
          return shareOf(0, since[0]).size === 2 && shareOf(1, since[1]).size === 2;
        });
        expect(first.revoked.length).toBeGreaterThanOrEqual(2);

        await first.subscription.stop();
        const before = first.records.length;
        await log.append(spec.name, numbered(40, appended));
        appended += 40;
        await until('the second has taken over', () => archived.length >= appended);
        expect(first.records.length).toBe(before);
        expect(archived.sort((a, b) => a - b)).toEqual(upTo(appended));
        await second.subscription.stop();
      });

      it('gives the same records again when the handler throws, while other partitions go on', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        const [poisoned, ...healthy] = keysIn(4) as [string, ...string[]];
        let poison = true;
        const tries: string[] = [];
        const { records } = await collect(log, spec, {
          maxBatch: 5,
          react: (batch) => {
            if (batch.partition !== 0 || !poison) return Promise.resolve();
            tries.push(batch.records.map(({ offset }) => offset).join());
            return Promise.reject(new Error('the database is away'));
          },
        });
        await log.append(
          spec.name,
          upTo(2000).map((number) => ({ key: poisoned, value: String(number) })),
        );
        await log.append(
          spec.name,
          upTo(300).map((number) => ({ key: healthy[number % 3]!, value: String(10_000 + number) })),
        );
        await until('the healthy partitions are handled', () => records.length === 300);
        await until('the poisoned one was tried again', () => tries.length >= 4);
        expect(new Set(tries).size).toBe(1);
        expect(records.every(({ partition }) => partition !== 0)).toBe(true);
        poison = false;
        await until('it goes on', () => records.length === 2300);
        const values = records.filter(({ partition }) => partition === 0).map((record) => Number(textOf(record)));
        expect(values).toEqual(upTo(2000));
      });

      it('never runs two batches of one partition at once, and ends the one under way when it stops', async () => {
        const spec = uniqueTopic({ ...small, partitions: 2 });
        const log = await logWith(spec);
        await log.append(spec.name, numbered(400));
        const running = new Set<number>();
        let overlaps = 0;
        const { records, subscription } = await collect(log, spec, {
          maxBatch: 20,
          react: async ({ partition }) => {
            if (running.has(partition)) overlaps++;
            running.add(partition);
            await new Promise((resolve) => setTimeout(resolve, 10));
            running.delete(partition);
          },
        });
        await until('some are handled', () => records.length >= 60);
        await subscription.stop();
        expect(running.size).toBe(0);
        const handled = records.length;
        await log.append(spec.name, numbered(10, 400));
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(records.length).toBe(handled);
        expect(overlaps).toBe(0);
      });
    });

    describe('compaction', () => {
      it('leaves the last record of each key, and readers and subscribers fold to the same', async () => {
        const spec = uniqueTopic({ ...topics.papers, partitions: 2 });
        // Several producers that are gone: each leaves a batch behind of which compaction may empty all.
        const expected: Record<string, string> = {};
        const log = await logWith(spec);
        for (let round = 0; round < 4; round++) {
          const writer = create();
          for (let number = 0; number < 60; number++) {
            const key = `paper-${number % 12}`;
            const withdrawn = number % 12 === 5 && number >= 48;
            await writer.append(spec.name, [{ key, value: withdrawn ? null : `${round}-${number}` }]);
            if (withdrawn) delete expected[key];
            else expected[key] = `${round}-${number}`;
          }
          await writer.close();
        }
        const sorted = Object.fromEntries(Object.entries(expected).sort(([a], [b]) => (a < b ? -1 : 1)));
        const before = await readAll(log, spec);
        expect(before).toHaveLength(240);
        expect(foldOf(before)).toEqual(sorted);

        await harness.compact(log, spec);
        const after = (await readAll(log, spec)).filter(({ key }) => key!.startsWith('paper-'));
        expect(after.length).toBeLessThan(60);
        expect(foldOf(after)).toEqual(sorted);
        const offsets = new Map(before.map((record) => [`${record.partition}/${record.offset}`, textOf(record)]));
        for (const record of after) expect(textOf(record)).toBe(offsets.get(`${record.partition}/${record.offset}`));

        const records: StoredRecord[] = [];
        const subscription = await log.subscribe({
          topics: [spec.name],
          mode: 'all',
          group: uniqueName('group'),
          start: fromBeginning,
          handle: (batch) => Promise.resolve(void records.push(...batch.records)),
        });
        await subscription.ready;
        await until(
          'it has caught up over all gaps',
          () => {
            const lags = [...subscription.lag().values()];
            return records.length > 0 && lags.length === 2 && lags.every((lag) => lag === 0n);
          },
          30_000,
        );
        expect(foldOf(records.filter(({ key }) => key!.startsWith('paper-')))).toEqual(sorted);
      }, 60_000);
    });

    describe('closing', () => {
      it('leaves nothing open: a process that has nothing more to do ends by itself', async () => {
        const spec = uniqueTopic(small);
        await logWith(spec);
        const child = startChild('visitor', { config: harness.config(), topic: spec.name }, 'pipe');
        const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
        const [closed] = (await Promise.race([once(child.stdout!, 'data'), ended.then(() => ['ended without a word'])])) as [unknown];
        const closedAt = performance.now();
        expect(String(closed)).toMatch(/closed after [1-9]/);
        const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
        expect(await ended).toBe(0);
        clearTimeout(late);
        // Ending takes milliseconds; the shortest time-out that could hold it is longer than this.
        expect(performance.now() - closedAt).toBeLessThan(1_500);
      });
    });

    describe('a consumer that is killed', () => {
      it('is followed by one that goes on where its store says, with nothing lost and nothing twice', async () => {
        const spec = uniqueTopic(small);
        const log = await logWith(spec);
        const folder = mkdtempSync(join(tmpdir(), 'broadsheet-kill-'));
        const file = join(folder, 'archive.jsonl');
        const group = uniqueName('killed');
        const total = 4000;
        const numbered = Array.from({ length: total }, (_, index) => ({ key: `k${index % 37}`, value: String(index) }));
        await log.append(spec.name, numbered.slice(0, total / 2));
        const child = startConsumer({ config: harness.config(), topic: spec.name, group, file });
        try {
          const archive = new FileArchive(file);
          await until('the child has handled some', () => archive.numbers().length > 200, 30_000);
          process.kill(child.pid!, 'SIGKILL');
          await new Promise((resolve) => child.once('exit', resolve));
          const atKill = new FileArchive(file).numbers().length;
          expect(atKill).toBeLessThan(total / 2);
          await log.append(spec.name, numbered.slice(total / 2));

          const next = new FileArchive(file);
          const subscription = await create().subscribe({
            topics: [spec.name],
            mode: 'shared',
            group,
            start: () => Promise.resolve(next.positions()),
            handle: (batch) => Promise.resolve(next.store(batch)),
          });
          await until('its follower has the rest', () => next.numbers().length >= total, 40_000);
          await subscription.stop();
          expect(new FileArchive(file).numbers().sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, index) => index));
        } finally {
          if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
          rmSync(folder, { recursive: true, force: true });
        }
      }, 90_000);
    });
  });
};

const log0 = (logs: readonly EventLog[]): EventLog => logs[0]!;

const startConsumer = (settings: { config: EventLogConfig; topic: string; group: string; file: string }): ChildProcess =>
  startChild('consumer', settings, 'inherit');

/** Runs `contract/NAME.child.ts`, with its settings as JSON, in a process of its own. */
const startChild = (name: string, settings: object, output: 'inherit' | 'pipe'): ChildProcess => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const script = fileURLToPath(new URL(`./contract/${name}.child.ts`, import.meta.url));
  const flags = ['--conditions=source', '--import', join(root, 'test/support/typescript.mjs')];
  // NODE_OPTIONS of the test runner are not for the child.
  return spawn(process.execPath, [...flags, script, JSON.stringify(settings)], {
    cwd: root,
    stdio: ['ignore', output, 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
};
