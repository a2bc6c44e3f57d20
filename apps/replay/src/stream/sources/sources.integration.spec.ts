import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { allTopics, decodeRecord, paperUpsertedSchema, positionKey, topics } from '#contracts';
import { createEventLog, type EventLog, RangeGoneFailure, type StoredRecord } from '#event-log';
import { ArchivePositions, createDataSource, type DataSource, InteractionArchive, PaperArchive } from '#persistence';
import { createLogger } from '#telemetry';
import { freshDatabase, type TestDatabase } from '#test-support/database';
import { IsolatedLog } from '#test-support/isolated-log';
import { migratedDatabase } from '#test-support/migrated-database';
import { testBrokers } from '#test-support/topics';
import { day1, MINUTE, StreamRecords } from '../fixtures/stream-records.js';
import { exportStream } from '../stream-export.js';
import { offsetAt, partitionsOf, type StreamRange, type StreamSource } from '../stream.js';
import { ArchiveSource } from './archive-source.js';
import { FileSource } from './file-source.js';
import { LogSource } from './log-source.js';

jest.setTimeout(60_000);
const logger = createLogger('test', { level: 'silent' });
const { signal } = new AbortController();

const invented = (): StreamRecords => {
  const stream = new StreamRecords();
  for (let paper = 0; paper < 5; paper++) stream.paper(`p${paper}`, { at: day1 });
  for (let minute = 0; minute < 90; minute++)
    stream.interaction(`reader${minute % 9}`, { at: day1 + minute * MINUTE }, { target: { kind: 'paper', id: `p${minute % 5}` } });
  stream.paper('p0', { at: day1 + MINUTE }, { title: 'a newer title' });
  stream.withdrawal('p1', { at: day1 + MINUTE });
  stream.served('reader1', 'request-1', { at: day1 + MINUTE }, ['p2', 'p3']);
  return stream;
};

const recordsOf = async (source: StreamSource, { from, to }: StreamRange): Promise<StoredRecord[]> => {
  const all: StoredRecord[] = [];
  for (const { topic, partition, key } of partitionsOf(to))
    for await (const chunk of source.read(topic, partition, offsetAt(from, key), offsetAt(to, key))) all.push(...chunk);
  return all;
};

const appendAll = async (log: EventLog, { records }: StreamRecords): Promise<void> => {
  for (const { topic, key, value } of records)
    await log.append(topic, [{ key: key ?? '', value: value?.toString() ?? null, headers: { ce_id: 'x' } }]);
};

/** What a record says, without what the log adds. */
const content = ({ topic, partition, offset, key, value }: StoredRecord) => ({
  topic,
  partition,
  offset,
  key,
  value: value?.toString() ?? null,
});
const inPlace = (records: readonly StoredRecord[]) =>
  records
    .map(content)
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition || Number(a.offset - b.offset) : a.topic < b.topic ? -1 : 1));

const brokers = testBrokers();
const adapters = ['embedded', ...(brokers === null ? [] : ['kafka'])] as const;

describe.each(adapters)('the live log on %s as a source', (adapter) => {
  let database: TestDatabase;
  let log: EventLog;
  beforeEach(async () => {
    database = await freshDatabase();
    const inner =
      adapter === 'kafka'
        ? createEventLog({ broker: 'kafka', brokers: brokers ?? [], clientId: 'replay-test' }, { logger })
        : createEventLog({ broker: 'embedded', databaseUrl: database.url }, { logger });
    log = new IsolatedLog(inner);
    await log.ensureTopics(allTopics);
  });
  afterEach(async () => {
    await log.close();
    await database.drop();
  });

  it('gives every record of a range, and so does the file that is made of it', async () => {
    const stream = invented();
    const began = Date.now();
    await appendAll(log, stream);
    const source = new LogSource(log);
    const range = await source.resolve({ kind: 'all' });
    const read = await recordsOf(source, range);
    expect(inPlace(read)).toEqual(inPlace(stream.records));
    expect(read[0]).toMatchObject({ headers: { ce_id: 'x' }, timestamp: expect.any(Number) as number });

    const folder = await mkdtemp(join(tmpdir(), 'stream-'));
    await exportStream({ source, range, completeSince: null, folder, signal });
    const file = await FileSource.open(folder);
    expect(await recordsOf(file, await file.resolve({ kind: 'all' }))).toEqual(read);
    expect(await file.resolve({ kind: 'recorded', from: began, to: null })).toEqual(
      await source.resolve({ kind: 'recorded', from: began, to: null }),
    );
    await file.close();
    await rm(folder, { recursive: true });
  });

  it('gives a part of it by positions and by time', async () => {
    await appendAll(log, invented());
    const source = new LogSource(log);
    const cut = await source.resolve({ kind: 'all' });
    await new Promise((resolve) => setTimeout(resolve, 20)); // the broker's clock has milliseconds
    const between = Date.now();
    await appendAll(log, invented());
    const { to } = await source.resolve({ kind: 'all' });
    expect(await source.resolve({ kind: 'recorded', from: between, to: null })).toEqual({ from: cut.to, to });
    expect(inPlace(await recordsOf(source, await source.resolve({ kind: 'positions', from: cut.to, to })))).toHaveLength(
      invented().records.length,
    );
    const beyond = { ...to, [positionKey(topics.papers.name, 0)]: '1000' };
    await expect(source.resolve({ kind: 'positions', from: {}, to: beyond })).rejects.toThrow(RangeGoneFailure);
  });
});

describe('the archive as a source', () => {
  it('gives interactions as the log had them and papers as they were last written', async () => {
    await using db = await migratedDatabase();
    const stream = invented();
    await archiveAll(db.dataSource, stream);
    const reading = createDataSource({ url: db.url, applicationName: 'replay-test', readOnly: true });
    await reading.initialize();
    const source = new ArchiveSource(reading);
    const range = await source.resolve({ kind: 'all' });
    const read = await recordsOf(source, range);
    const interactions = stream.records.filter(({ topic }) => topic === topics.interactions.name);
    expect(read.filter(({ topic }) => topic === topics.interactions.name).map((record) => decodeRecord(record))).toEqual(
      inPlace(interactions).map((each) => decodeRecord({ ...each, value: Buffer.from(each.value ?? ''), headers: {}, timestamp: 0 })),
    );
    const papers = read.filter(({ topic }) => topic === topics.papers.name).map((record) => decodeRecord(record));
    expect(papers).toHaveLength(5);
    expect(papers).toContainEqual({ kind: 'withdrawal', paperId: 'p1' });
    expect(papers).toContainEqual(
      expect.objectContaining({ kind: 'paper', paper: expect.objectContaining({ id: 'p0', title: 'a newer title' }) as unknown }),
    );
    expect(Object.keys(range.to).some((key) => key.startsWith(topics.feedServed.name))).toBe(false);

    const half = await source.resolve({ kind: 'recorded', from: day1 + 45 * MINUTE, to: day1 + 60 * MINUTE });
    expect((await recordsOf(source, half)).filter(({ topic }) => topic === topics.interactions.name)).toHaveLength(15);
    await expect(reading.query('CREATE TABLE left_over (id int)')).rejects.toThrow(/read-only/);
    await source.close();
  });
});

/** What the archive consumer of ingest does, a record at a time. */
const archiveAll = async (dataSource: DataSource, { records }: StreamRecords): Promise<void> => {
  const [interactions, papers, positions] = [
    new InteractionArchive(dataSource),
    new PaperArchive(dataSource),
    new ArchivePositions(dataSource),
  ];
  for (const record of records) {
    const { partition, offset, key, timestamp, topic } = record;
    if (topic === topics.feedServed.name) continue;
    const decoded = decodeRecord(record);
    if (decoded.kind === 'interaction') await interactions.prepareFor([{ event: decoded.event, partition, offset }]);
    const [claim] = await positions.claim([{ topic, partition }], 'test');
    await dataSource.transaction(async (transaction) => {
      if (decoded.kind === 'interaction') await interactions.append(transaction, [{ event: decoded.event, partition, offset }]);
      if (decoded.kind === 'withdrawal')
        await papers.apply(transaction, [{ kind: 'withdrawn', id: key ?? '', partition, offset, timestamp }]);
      if (decoded.kind === 'paper') {
        const event = paperUpsertedSchema.parse(JSON.parse(record.value?.toString() ?? ''));
        await papers.apply(transaction, [{ kind: 'upserted', id: key ?? '', partition, offset, timestamp, event }]);
      }
      await positions.advance(transaction, claim!, offset + 1n);
    });
  }
};
