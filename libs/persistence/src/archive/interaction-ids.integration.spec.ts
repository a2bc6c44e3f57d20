import { type MigratedDatabase, migratedDatabase } from '../../../../test/support/migrated-database.js';
import { interaction } from './fixtures/events.js';
import { type AppendOutcome, InteractionArchive } from './interaction-archive.js';
import type { ArchivedInteraction } from './interaction-row.js';
import { InteractionIds, SURELY_KNOWN_MS } from './interaction-ids.js';

const DAY_MS = 86_400_000;
const HAPPENED = Date.parse('2025-10-28T09:30:00.000Z');
const iso = (time: number): string => new Date(time).toISOString();

/** The same event, recorded `days` after it happened. */
const recordedAfter = (days: number, offset: bigint, id = 'one'): ArchivedInteraction => ({
  event: { ...interaction(id), time: iso(HAPPENED), recordedtime: iso(HAPPENED + days * DAY_MS) },
  partition: 3,
  offset,
});

describe('InteractionIds', () => {
  let db: MigratedDatabase;
  let archive: InteractionArchive;
  let ids: InteractionIds;

  beforeEach(async () => {
    db = await migratedDatabase();
    archive = new InteractionArchive(db.dataSource);
    ids = new InteractionIds(db.dataSource);
  });
  afterEach(() => db[Symbol.asyncDispose]());

  const append = async (...rows: ArchivedInteraction[]): Promise<AppendOutcome> => {
    await archive.prepareFor(rows);
    return db.dataSource.transaction((transaction) => archive.append(transaction, rows));
  };
  const forget = async (time: number, blocks?: number): Promise<number[]> => {
    const removed = [];
    for await (const each of ids.forgetBefore(time, blocks)) removed.push(each);
    return removed;
  };

  it('forgets what was recorded before a time, a stretch of the table at a time, and nothing else', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => recordedAfter(n < 2_000 ? 0 : 10, BigInt(n), `n${n}`));
    await append(...rows);
    const removed = await forget(HAPPENED + DAY_MS, 4);
    expect(removed.length).toBeGreaterThan(3);
    expect(removed.reduce((sum, each) => sum + each, 0)).toBe(2_000);
    expect(await db.dataSource.query('SELECT count(*)::integer AS n FROM interaction_ids')).toEqual([{ n: 1_000 }]);
    expect(await archive.count()).toBe(3_000);
  });

  it('has nothing to do in an empty table', async () => {
    expect(await forget(Date.now())).toEqual([]);
  });

  it('never lets an event count twice, however late it comes again after its id was forgotten', async () => {
    await append(recordedAfter(0, 1n));
    await forget(HAPPENED + 45 * DAY_MS);
    expect(await append(recordedAfter(46, 2n), recordedAfter(46, 3n, 'new'))).toEqual({ appended: 1, duplicates: 1 });
    expect(await append(recordedAfter(400, 4n), recordedAfter(400, 5n, 'new'))).toEqual({ appended: 0, duplicates: 2 });
    expect(await archive.count()).toBe(2);
  });

  it('finds one that was recorded before it happened, by a clock that ran ahead', async () => {
    const { event, ...at } = recordedAfter(0, 1n);
    await append({ ...at, event: { ...event, recordedtime: iso(HAPPENED - 4 * 60_000) } });
    await forget(HAPPENED + 45 * DAY_MS);
    expect(await append(recordedAfter(46, 2n))).toEqual({ appended: 0, duplicates: 1 });
  });

  it('keeps ids for longer than an event can come unlooked for', () => {
    expect(SURELY_KNOWN_MS).toBeLessThan(45 * DAY_MS);
  });
});
