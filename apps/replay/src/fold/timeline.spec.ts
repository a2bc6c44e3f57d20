import fc from 'fast-check';
import type { StoredRecord } from '#event-log';
import { plainEncoder } from '../fixtures/plain-models.js';
import { ListSource } from '../stream/fixtures/list-source.js';
import { day1, MINUTE, StreamRecords } from '../stream/fixtures/stream-records.js';
import { EntryReader } from './entry-reader.js';
import { EventOrder } from './event-order.js';
import { foldedPartitions, nextOf } from './folded-partitions.js';
import { comesBefore, type LogEntry } from './log-entry.js';
import { PaperVectors } from './paper-vectors.js';
import { RecordedOrder, type Timeline } from './timeline.js';

const open = async (records: readonly StoredRecord[], chunkSize: number): Promise<() => Timeline> => {
  const source = new ListSource(records, {}, 0, chunkSize);
  const { end } = await source.bounds();
  return () =>
    new RecordedOrder(
      foldedPartitions.map(
        (place) => new EntryReader({ source, ...place, from: 0n, to: nextOf(end, place.key), vectors: new PaperVectors(plainEncoder) }),
      ),
    );
};

const all = async (timeline: Timeline): Promise<LogEntry[]> => {
  const entries: LogEntry[] = [];
  for (;;) {
    const dated = timeline.head === undefined ? await timeline.peek() : timeline.head;
    if (dated === null) return entries;
    entries.push(dated.entry);
    timeline.take();
  }
};

/** Readers, when they did something (in seconds), and how late it came. */
const happenings = fc.array(
  fc.record({
    reader: fc.constantFrom('ada', 'bob', 'cyd', 'dan', 'eve'),
    gap: fc.integer({ min: 0, max: 400 }),
    late: fc.oneof(fc.constant(0), fc.integer({ min: -200, max: 200 }), fc.integer({ min: 300, max: 500_000 })),
    isPaper: fc.boolean(),
  }),
  { maxLength: 60 },
);

const logOf = (events: readonly { reader: string; gap: number; late: number; isPaper: boolean }[]): StreamRecords => {
  const log = new StreamRecords();
  let recorded = day1;
  for (const { reader, gap, late, isPaper } of events) {
    recorded += gap * 1000;
    const times = { at: recorded - late * 1000, recorded };
    if (isPaper) log.paper(`p-${reader}`, times);
    else log.interaction(reader, times);
  }
  return log;
};

const placeOf = ({ record: { topic, partition, offset } }: LogEntry): string => `${topic}/${partition}/${offset}`;

describe('RecordedOrder', () => {
  it('has every record once, by when it was taken, and keeps the order of each partition', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.integer({ min: 1, max: 9 }), async (events, chunkSize) => {
        const log = logOf(events);
        const entries = await all((await open(log.records, chunkSize))());
        expect(entries.map(placeOf).sort()).toEqual(
          log.records.map((record) => `${record.topic}/${record.partition}/${record.offset}`).sort(),
        );
        for (const [n, entry] of entries.entries()) {
          const before = entries[n - 1];
          if (before === undefined) continue;
          expect(before.recorded < entry.recorded || (before.recorded === entry.recorded && comesBefore(before, entry))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('EventOrder', () => {
  it('has every record once, by when it happened, however late it came', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.integer({ min: 1, max: 9 }), async (events, chunkSize) => {
        const recorded = await open(logOf(events).records, chunkSize);
        const expected = (await all(recorded())).sort((a, b) => a.time - b.time || (comesBefore(a, b) ? -1 : 1));
        expect((await all(await EventOrder.open(recorded, new PaperVectors(plainEncoder)))).map(placeOf)).toEqual(expected.map(placeOf));
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out what was recorded at or after the moment asked for', async () => {
    const log = new StreamRecords();
    for (let n = 0; n < 50; n += 1)
      log.interaction(`reader${n}`, { at: day1 + n * MINUTE, recorded: day1 + (n % 7) * 60 * MINUTE + n * MINUTE });
    const recorded = await open(log.records, 4);
    const by = day1 + 90 * MINUTE;
    const known = await all(await EventOrder.open(recorded, new PaperVectors(plainEncoder), by));
    expect(known.every((entry) => entry.recorded < by)).toBe(true);
    expect(known).toHaveLength((await all(recorded())).filter((entry) => entry.recorded < by).length);
  });
});
