import fc from 'fast-check';
import { deadLetterSchema, paperSchema, topics } from '#contracts';
import type { Batch, StoredRecord } from '#event-log';
import { type ArchiveClaim, ArchiveFencedFailure, ArchiveMovedFailure, type TopicPartition } from '#persistence';
import { createRegistry } from '#telemetry';
import { interactionEvent, paperEvent } from '../events/records.js';
import { IngestMetrics } from '../ingest.metrics.js';
import { FakeClock, FakeLog } from '../intake/fixtures/fake-log.js';
import { Archive, type ArchiveItem, ArchiveRejectedFailure, type ArchiveWritten } from './archive.js';
import { ArchiveBatch } from './archive-batch.js';
import { LogDeadLetters } from './dead-letters.js';
import { PartitionClaims } from './partition-claims.js';

const READER = 'r_abcdefghijklmnopqrstuv';
const TOPIC = topics.interactions.name;
const RECORDED = Date.parse('2025-10-28T09:30:00Z');

/** The archive's contract in memory: ids once, position by compare-and-set with a generation, values that it refuses. */
class MemoryArchive extends Archive {
  readonly ids: string[] = [];
  next = 0n;
  generation = 0n;
  writes = 0;
  /** Event ids whose values the store refuses. */
  rejects = new Set<string>();
  /** Those of them that it can not name when it is asked. */
  unnamed = new Set<string>();
  questions = 0;
  /** Commits, then loses the answer, this many times. */
  lostAnswers = 0;

  async claim(partitions: readonly TopicPartition[]): Promise<readonly ArchiveClaim[]> {
    this.generation += 1n;
    return partitions.map((at) => ({ topic: at.topic, partition: at.partition, next: this.next, generation: this.generation }));
  }

  async write(claim: ArchiveClaim, items: readonly ArchiveItem[], next: bigint): Promise<ArchiveWritten> {
    this.writes += 1;
    if (claim.generation !== this.generation) throw new ArchiveFencedFailure('another owner');
    if (claim.next !== this.next) throw new ArchiveMovedFailure(this.next, claim);
    const ids = items.flatMap((item) => (item.kind === 'interaction' ? [item.row.event.id] : []));
    if (ids.some((id) => this.rejects.has(id))) throw new ArchiveRejectedFailure('refused by the store');
    const fresh = [...new Set(ids)].filter((id) => !this.ids.includes(id));
    this.ids.push(...fresh);
    this.next = next;
    if (this.lostAnswers-- > 0) throw new Error('connection lost at commit');
    return { claim: { ...claim, next }, appended: fresh.length, duplicates: ids.length - fresh.length, superseded: 0 };
  }

  async refusals(items: readonly ArchiveItem[]): Promise<ReadonlyMap<ArchiveItem, string>> {
    this.questions += 1;
    const refused = items.filter((item) => item.kind === 'interaction' && this.rejects.has(item.row.event.id));
    const named = refused.filter((item) => item.kind === 'interaction' && !this.unnamed.has(item.row.event.id));
    return new Map(named.map((item) => [item, 'refused when asked']));
  }

  async rewind(claim: ArchiveClaim, next: bigint): Promise<ArchiveClaim> {
    this.next = next;
    return { ...claim, next };
  }
}

const record = (offset: number, value: string | null, key = READER, topic: string = TOPIC): StoredRecord => ({
  topic,
  partition: 3,
  offset: BigInt(offset),
  key,
  value: value === null ? null : Buffer.from(value),
  headers: { ce_id: 'x' },
  timestamp: RECORDED,
});

const good = (offset: number, id = `event-${offset}000`): StoredRecord =>
  record(
    offset,
    JSON.stringify(
      interactionEvent(
        id,
        '2025-10-28T09:29:00Z',
        { action: 'open', target: { kind: 'paper', id: 'p' as never }, readerRef: READER as never, trust: 'server' },
        RECORDED,
      ),
    ),
  );

const batchOf = (records: readonly StoredRecord[], end = 1_000n): Batch => ({ topic: TOPIC, partition: 3, records, end });

const setup = async () => {
  const ends = { log: 1_000n };
  const archive = new MemoryArchive();
  const log = new FakeLog();
  const clock = new FakeClock();
  const claims = new PartitionClaims(archive, clock);
  const metrics = new IngestMetrics(createRegistry('test', { processMetrics: false }));
  const batches = new ArchiveBatch(archive, claims, new LogDeadLetters(log, 'archive', clock), metrics, async () => ends.log);
  const handleUntil = (end: bigint, ...records: StoredRecord[]) => batches.handle(batchOf(records, end));
  await claims.take([{ topic: TOPIC, partition: 3 }]);
  const letters = () => log.values(topics.deadLetters.name).map((value) => deadLetterSchema.parse(value).data);
  return {
    archive,
    log,
    clock,
    claims,
    letters,
    ends,
    handleUntil,
    handle: (...records: StoredRecord[]) => batches.handle(batchOf(records)),
  };
};

describe('ArchiveBatch', () => {
  it('writes a batch at once and moves the position behind it', async () => {
    const { archive, handle } = await setup();
    await handle(good(4), good(5), good(9));
    expect(archive.ids).toEqual(['event-4000', 'event-5000', 'event-9000']);
    expect(archive.next).toBe(10n);
    expect(archive.writes).toBe(1);
  });

  it.each([
    { why: 'broken JSON', bad: record(1, '{"id": '), code: 'RECORD_NOT_JSON' },
    { why: 'bytes that are no text', bad: { ...record(1, ''), value: Buffer.from([0xff, 0xfe]) }, code: 'RECORD_NOT_JSON' },
    { why: 'JSON encoded twice', bad: record(1, JSON.stringify(JSON.stringify({ id: 1 }))), code: 'RECORD_ENCODED_TWICE' },
    { why: 'an unknown major version', bad: record(1, '{"type":"org.broadsheet.interaction.v9"}'), code: 'RECORD_UNKNOWN_TYPE' },
    { why: 'a field of the wrong kind', bad: record(1, good(1).value!.toString().replace('"open"', '5')), code: 'RECORD_INVALID' },
    { why: 'no value', bad: record(1, null), code: 'RECORD_EMPTY' },
    { why: 'a key of somebody else', bad: { ...good(1), key: 'r_somebodyelse0000000000' }, code: 'RECORD_KEY_MISMATCH' },
    { why: 'a list', bad: record(1, '[]'), code: 'RECORD_INVALID' },
  ])('parks a record with $why, untouched, and goes on', async ({ bad, code }) => {
    const { archive, handle, letters } = await setup();
    await handle(good(0), bad, good(2));
    expect(archive.ids).toEqual(['event-0000', 'event-2000']);
    expect(archive.next).toBe(3n);
    const [letter, ...others] = letters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ code, consumer: 'archive', attempts: 1 });
    expect(letter?.original).toMatchObject({
      topic: TOPIC,
      partition: 3,
      offset: '1',
      timestamp: '2025-10-28T09:30:00.000Z',
      key: bad.key,
    });
    expect(letter?.original.value).toBe(bad.value?.toString('base64') ?? null);
  });

  it('parks the bad records of a batch together: the good ones behind them wait for one append, not for one each', async () => {
    const { claims, archive } = await setup();
    const begun: (() => void)[] = [];
    const deadLetters = { park: () => new Promise<void>((resolve) => void begun.push(resolve)) };
    const metrics = new IngestMetrics(createRegistry('test', { processMetrics: false }));
    const handled = new ArchiveBatch(archive, claims, deadLetters, metrics, async () => 1_000n).handle(
      batchOf([record(0, '{'), good(1), record(2, '{'), record(3, '{')]),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toHaveLength(3);
    expect(archive.ids).toEqual([]); // nothing moves on before the letters are durable
    for (const durable of begun) durable();
    await handled;
    expect(archive.ids).toEqual(['event-1000']);
    expect(archive.next).toBe(4n);
  });

  it('parks what the store refuses and keeps all others in order, whether the store can name it or not', async () => {
    const fate = fc.constantFrom('good', 'broken', 'refused', 'refused and not named');
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 40 }), async (fates) => {
        const { archive, handle, letters } = await setup();
        const idsOf = (...which: string[]) => fates.flatMap((name, offset) => (which.includes(name) ? [`event-${offset}000`] : []));
        archive.rejects = new Set(idsOf('refused', 'refused and not named'));
        archive.unnamed = new Set(idsOf('refused and not named'));
        await handle(...fates.map((name, offset) => (name === 'broken' ? record(offset, '{') : good(offset))));
        expect(archive.ids).toEqual(idsOf('good'));
        const parked = letters().map(({ code, original }) => `${original.offset} ${code}`);
        expect(parked.toSorted()).toEqual(
          fates
            .flatMap((name, offset) => (name === 'good' ? [] : [`${offset} ${name === 'broken' ? 'RECORD_NOT_JSON' : 'ARCHIVE_REJECTED'}`]))
            .toSorted(),
        );
        expect(archive.next).toBe(BigInt(fates.length));
      }),
      { numRuns: 100 },
    );
  });

  it('asks once what is refused, however many are: a batch costs three transactions and not some for each', async () => {
    const { archive, handle, letters } = await setup();
    archive.rejects = new Set(Array.from({ length: 40 }, (_, index) => `event-${index * 5}000`));
    await handle(...Array.from({ length: 200 }, (_, offset) => good(offset)));
    expect({ writes: archive.writes, questions: archive.questions }).toEqual({ writes: 2, questions: 1 });
    expect(letters()).toHaveLength(40);
    expect(archive.ids).toHaveLength(160);
  });

  it('appends the letters of what is refused together', async () => {
    const { archive, log, handle } = await setup();
    archive.rejects = new Set(['event-0000', 'event-2000', 'event-3000']);
    const answer = log.hold();
    const handled = handle(good(0), good(1), good(2), good(3));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.asked).toBe(3);
    expect(archive.next).toBe(0n); // nothing moves on before the letters are durable
    answer();
    await handled;
    expect(archive.ids).toEqual(['event-1000']);
  });

  it('asks nothing about a record that stands alone', async () => {
    const { archive, handle, letters } = await setup();
    archive.rejects = new Set(['event-1000']);
    await handle(record(0, '{'), good(1));
    expect(archive.questions).toBe(0);
    expect(letters().map(({ code }) => code)).toEqual(['RECORD_NOT_JSON', 'ARCHIVE_REJECTED']);
    expect(archive.next).toBe(2n);
  });

  it('goes on from where the archive is when a commit succeeded but its answer was lost', async () => {
    const { archive, handle } = await setup();
    archive.lostAnswers = 1;
    await expect(handle(good(0), good(1))).rejects.toThrow('connection lost');
    await handle(good(0), good(1));
    await handle(good(1), good(2));
    expect(archive.ids).toEqual(['event-0000', 'event-1000', 'event-2000']);
    expect(archive.next).toBe(3n);
  });

  it('writes nothing once another process has claimed the partition, and claims again only after a while', async () => {
    const { archive, clock, handle } = await setup();
    await archive.claim([{ topic: TOPIC, partition: 3 }]); // the other process
    await expect(handle(good(0))).rejects.toMatchObject({ code: 'ARCHIVE_FENCED', retryable: true });
    clock.pass(9_000);
    await expect(handle(good(0))).rejects.toMatchObject({ code: 'ARCHIVE_NOT_OWNER', retryable: true });
    expect(archive.ids).toEqual([]);
    clock.pass(1_000);
    await handle(good(0));
    expect(archive.ids).toEqual(['event-0000']);
  });

  it('begins again with a log that was replaced, and lets a batch pass that is merely older than the claim', async () => {
    const { archive, claims, ends, handleUntil } = await setup();
    archive.next = 500n;
    await claims.take([{ topic: TOPIC, partition: 3 }]);
    await handleUntil(2n, good(0), good(1)); // fetched long ago; the log goes on to 1000
    expect(archive).toMatchObject({ next: 500n, ids: [] });
    ends.log = 2n;
    await handleUntil(2n, good(0), good(1));
    expect(archive).toMatchObject({ next: 2n, ids: ['event-0000', 'event-1000'] });
  });

  it('leaves the position alone when the dead letter cannot be written', async () => {
    const { archive, log, handle } = await setup();
    log.failing = true;
    await expect(handle(good(0), record(1, 'x'))).rejects.toMatchObject({ code: 'LOG_APPEND' });
    expect(archive.next).toBe(0n);
    log.failing = false;
    await handle(good(0), record(1, 'x'));
    expect(archive.next).toBe(2n);
  });

  it('reads papers, and tombstones as withdrawals; a key that is not the paper is parked', async () => {
    const { handle, letters } = await setup();
    const paper = paperSchema.parse({ id: 'p1', title: 'P', source: 'test', publishedAt: '2025-10-27' });
    const value = JSON.stringify(paperEvent(paper, RECORDED));
    const at = (offset: number, text: string | null, key: string) => record(offset, text, key, topics.papers.name);
    await handle(at(0, null, 'p1'), at(1, value, 'p1'), at(2, value, 'p2'), at(3, null, '"><'));
    expect(letters().map(({ code, original }) => [code, original.offset])).toEqual([
      ['RECORD_KEY_MISMATCH', '2'],
      ['RECORD_KEY_MISMATCH', '3'],
    ]);
  });
});
