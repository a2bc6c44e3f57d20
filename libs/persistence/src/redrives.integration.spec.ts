import { randomUUID } from 'node:crypto';
import { type MigratedDatabase, migratedDatabase } from '../../../test/support/migrated-database.js';
import { type ParkedRecord, Redrives } from './redrives.js';

const parked = (offset: bigint, consumer = 'archive'): ParkedRecord => ({ consumer, topic: 'interactions.v1', partition: 3, offset });
const to = (offset: bigint) => ({ partition: 3, offset });

describe('Redrives', () => {
  let db: MigratedDatabase;
  let redrives: Redrives;

  beforeEach(async () => {
    db = await migratedDatabase();
    redrives = new Redrives(db.dataSource);
  });
  afterEach(() => db[Symbol.asyncDispose]());

  it('gives every record out until it is done, and never again', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    expect(await redrives.begin(first, [parked(1n), parked(2n)])).toHaveLength(2);
    expect(await redrives.finish(first, [{ ...parked(1n), to: to(10n) }])).toBe(1);
    // The run was killed before it could mark the other one.
    expect(await redrives.begin(second, [parked(1n), parked(2n)])).toEqual([parked(2n)]);
    expect(await redrives.finish(second, [{ ...parked(2n), to: to(11n) }])).toBe(1);
    expect(await redrives.begin(randomUUID(), [parked(1n), parked(2n)])).toEqual([]);
  });

  it('lets a run mark only what it still holds', async () => {
    const [paused, other] = [randomUUID(), randomUUID()];
    await redrives.begin(paused, [parked(1n)]);
    await redrives.begin(other, [parked(1n)]);
    expect(await redrives.finish(paused, [{ ...parked(1n), to: to(10n) }])).toBe(0);
    expect(await redrives.finish(other, [{ ...parked(1n), to: to(11n) }])).toBe(1);
    expect(await redrives.finish(other, [{ ...parked(1n), to: to(12n) }])).toBe(0);
    expect((await redrives.statesOf([parked(1n)]))[0]?.to).toEqual(to(11n));
  });

  it('keeps what two consumers parked apart', async () => {
    const run = randomUUID();
    expect(await redrives.begin(run, [parked(1n, 'archive'), parked(1n, 'ranker')])).toHaveLength(2);
    await redrives.finish(run, [{ ...parked(1n, 'ranker'), to: to(10n) }]);
    const [archive, ranker, unknown] = await redrives.statesOf([parked(1n, 'archive'), parked(1n, 'ranker'), parked(9n)]);
    expect(archive).toMatchObject({ doneAt: null, to: null });
    expect(ranker?.doneAt).toBeInstanceOf(Date);
    expect(unknown).toBeNull();
  });

  it('forgets what is older than any letter', async () => {
    await redrives.begin(randomUUID(), [parked(1n)]);
    expect(await redrives.forgetBefore(Date.now() - 60_000)).toBe(0);
    expect(await redrives.forgetBefore(Date.now() + 60_000)).toBe(1);
  });
});
