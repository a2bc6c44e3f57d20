import fc from 'fast-check';
import { migratedDatabase } from '../../../../test/support/migrated-database.js';
import { databaseFault, sqlState } from '../database-fault.js';
import { interaction } from './fixtures/events.js';
import { InteractionArchive } from './interaction-archive.js';
import type { ArchivedInteraction } from './interaction-row.js';

const at = (offset: bigint, event = interaction(`n${offset}`), partition = 3): ArchivedInteraction => ({ event, partition, offset });

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('InteractionArchive', () => {
  it('gives back every event as it was, field by field', async () => {
    await using db = await migratedDatabase();
    const archive = new InteractionArchive(db.dataSource);
    const rows = [
      at(1n, interaction('bare')),
      at(2n, interaction('undo', { on: false, requestId: 'request-1', position: 4, surface: 'for-you', client: 'web', sessionId: 's1' })),
      at(3n, interaction('dwell', { action: 'dwell', on: undefined, value: 12.5, trust: 'client' })),
      at(4n, interaction('follow', { action: 'follow', target: { kind: 'author', id: `O'Neil "Ünï" ‮ 😀` } })),
      at(5n, interaction('self', { action: 'seed', target: { kind: 'author', id: 'Ada Lovelace' }, self: true })),
    ];
    await archive.prepareFor(rows);
    await db.dataSource.transaction((transaction) => archive.append(transaction, rows));

    expect(await collect(archive.between(3, 0n, 100n, 2))).toEqual(rows);
    expect(await collect(archive.recorded(Date.parse('2025-10-28'), Date.parse('2025-10-29'), 3))).toEqual(rows);
    expect(await collect(archive.recorded(Date.parse('2025-10-29'), Date.parse('2025-10-30')))).toEqual([]);
  });

  it('says where each partition begins, and where a time begins in it', async () => {
    await using db = await migratedDatabase();
    const archive = new InteractionArchive(db.dataSource);
    const onDay = (id: string, day: number) => interaction(id, {}, `2025-10-${day}T09:30:00.000Z`);
    const rows = [at(7n, onDay('one', 27)), at(9n, onDay('two', 28)), at(12n, onDay('three', 29)), at(4n, onDay('four', 28), 5)];
    await archive.prepareFor(rows);
    await db.dataSource.transaction((transaction) => archive.append(transaction, rows));
    expect([...(await archive.firstOffsets(12))]).toEqual([
      [3, 7n],
      [5, 4n],
    ]);
    const [noon, evening] = [Date.parse('2025-10-28T09:30:00Z'), Date.parse('2025-10-28T20:00:00Z')];
    expect(new Map(await archive.offsetsAt(noon))).toEqual(
      new Map([
        [3, 9n],
        [5, 4n],
      ]),
    );
    expect(new Map(await archive.offsetsAt(evening))).toEqual(new Map([[3, 12n]]));
  });

  it('holds each event id once, whatever is repeated within and across batches, days and partitions', async () => {
    await using db = await migratedDatabase();
    const archive = new InteractionArchive(db.dataSource);
    const days = ['2025-10-27T23:59:59.999Z', '2025-10-28T00:00:00.000Z', '2025-11-02T12:00:00.000Z'];
    const seen = new Set<string>();
    let offset = 0n;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(40), fc.nat(2), fc.nat(2)), { maxLength: 60 }), async (batch) => {
        const rows = batch.map(([id, day, partition]) => at(offset++, interaction(`id${id}`, {}, days[day]), partition));
        const ids = new Set(rows.map(({ event }) => event.id));
        const fresh = [...ids].filter((id) => !seen.has(id));
        await archive.prepareFor(rows);
        const outcome = await db.dataSource.transaction((transaction) => archive.append(transaction, rows));
        expect(outcome).toEqual({ appended: fresh.length, duplicates: rows.length - fresh.length });
        for (const id of ids) seen.add(id);
      }),
      { numRuns: 30 },
    );
    expect(await archive.count()).toBe(seen.size);
  });

  it('keeps the events of two readers that have one id, and one of each', async () => {
    await using db = await migratedDatabase();
    const archive = new InteractionArchive(db.dataSource);
    const [first, second] = ['r_first00000000000000000', 'r_second0000000000000000'].map((readerRef) => {
      const event = interaction('chosen-by-clients');
      return { ...event, data: { ...event.data, readerRef: readerRef as typeof event.data.readerRef } };
    });
    const rows = [at(1n, first), at(2n, second), at(3n, first), at(4n, second)];
    await archive.prepareFor(rows);
    expect(await db.dataSource.transaction((transaction) => archive.append(transaction, rows))).toEqual({ appended: 2, duplicates: 2 });
    expect(await collect(archive.between(3, 0n, 100n))).toEqual(rows.slice(0, 2));
  });

  it('takes a day that vanished for trouble that passes, and makes it anew for the next try', async () => {
    await using db = await migratedDatabase();
    const archive = new InteractionArchive(db.dataSource);
    const rows = [at(1n, interaction('alone', {}, '2025-10-28T09:30:00.000Z'))];
    await archive.prepareFor(rows);
    await db.dataSource.query('DROP TABLE interactions_2025_10_28');
    const tried = db.dataSource.transaction((transaction) => archive.append(transaction, rows));
    const error: unknown = await tried.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect({ state: sqlState(error), fault: databaseFault(error) }).toEqual({ state: '23514', fault: 'fault' });
    await archive.prepareFor(rows);
    expect(await db.dataSource.transaction((transaction) => archive.append(transaction, rows))).toEqual({ appended: 1, duplicates: 0 });
  });

  it('marks what came more than seven days late and keeps it', async () => {
    await using db = await migratedDatabase();
    const archive = new InteractionArchive(db.dataSource);
    const late = { ...interaction('late'), time: '2025-10-21T09:29:59.999Z' };
    const inTime = { ...interaction('in-time'), time: '2025-10-21T09:30:00.000Z' };
    const rows = [at(1n, late), at(2n, inTime)];
    await archive.prepareFor(rows);
    await db.dataSource.transaction((transaction) => archive.append(transaction, rows));
    const marks: unknown = await db.dataSource.query('SELECT event_id, late FROM interactions ORDER BY log_offset');
    expect(marks).toEqual([
      { event_id: 'event-late', late: true },
      { event_id: 'event-in-time', late: false },
    ]);
  });

  it('makes one partition a day, also when two writers meet a new day at once, and prunes reads to it', async () => {
    await using db = await migratedDatabase();
    const writers = [new InteractionArchive(db.dataSource), new InteractionArchive(db.dataSource)];
    await Promise.all(writers.map((writer, i) => writer.prepareFor([at(BigInt(i))])));
    await writers[0]!.prepareDays(Date.parse('2025-10-28T23:00:00Z'));
    const names = await db.dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'interactions'::regclass ORDER BY 1`,
    );
    expect(names.map(({ name }) => name)).toEqual(['28', '29', '30', '31'].map((day) => `interactions_2025_10_${day}`));
  });

  it('makes a dropped partition again for the next try', async () => {
    await using db = await migratedDatabase();
    const archive = new InteractionArchive(db.dataSource);
    await archive.prepareFor([at(1n)]);
    await db.dataSource.query('DROP TABLE interactions_2025_10_28');
    const write = async () => {
      await archive.prepareFor([at(1n)]);
      return db.dataSource.transaction((transaction) => archive.append(transaction, [at(1n)]));
    };
    await expect(write()).rejects.toThrow('no partition');
    expect(await write()).toEqual({ appended: 1, duplicates: 0 });
  });
});
