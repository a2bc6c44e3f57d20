import fc from 'fast-check';
import { migratedDatabase } from '../../../../test/support/migrated-database.js';
import { interaction } from './fixtures/events.js';
import { InteractionArchive } from './interaction-archive.js';
import type { ArchivedInteraction } from './interaction-row.js';

const at = (offset: number, event = interaction(`n${offset}`)): ArchivedInteraction => ({ event, partition: 3, offset: BigInt(offset) });
const from = (client: string, id: string) => interaction(id, { client });

const setup = async () => {
  const db = await migratedDatabase();
  const archive = new InteractionArchive(db.dataSource);
  await archive.prepareFor([at(0)]);
  await db.dataSource.query(`ALTER TABLE interactions ADD CONSTRAINT no_bots CHECK (client IS DISTINCT FROM 'bot')`);
  const append = (rows: readonly ArchivedInteraction[]) => db.dataSource.transaction((transaction) => archive.append(transaction, rows));
  const counts = () =>
    db.dataSource.query<unknown[]>(
      `SELECT (SELECT count(*)::int FROM interactions) AS rows, (SELECT count(*)::int FROM interaction_ids) AS ids`,
    );
  const refused = async (rows: readonly ArchivedInteraction[]) => (await archive.refused(rows)).map(({ interaction: row }) => row.offset);
  return { archive, append, counts, refused, db, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
};

describe('InteractionArchive.refused', () => {
  it('names each row that an append fails on, with the reason, and writes nothing', async () => {
    await using world = await setup();
    const rows = [at(0), at(1, from('bot', 'bbb')), at(2, from('web', 'www')), at(3, from('nul\0', 'zzz')), at(4, from('bot', 'ccc'))];
    expect(await world.archive.refused(rows)).toEqual([
      { interaction: rows[1], reason: expect.stringContaining('no_bots') },
      { interaction: rows[3], reason: expect.stringContaining('Unicode') },
      { interaction: rows[4], reason: expect.stringContaining('no_bots') },
    ]);
    expect(await world.counts()).toEqual([{ rows: 0, ids: 0 }]);
    expect(await world.append([rows[0]!, rows[2]!])).toEqual({ appended: 2, duplicates: 0 });
  });

  it('agrees with what an append of each row alone does, for any mixture with repetitions', async () => {
    await using world = await setup();
    let offset = 0;
    const one = fc.record({ id: fc.nat(8), client: fc.constantFrom('bot', 'web', 'half\ud800', `O'Neil "ü" \\ {}`) });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 30 }), async (made) => {
        const rows = made.map(({ id, client }) => at((offset += 1), from(client, `run${offset - (offset % 100)}-${id}`)));
        const named = await world.refused(rows);
        const failed: bigint[] = [];
        for (const row of rows) await world.append([row]).catch(() => failed.push(row.offset));
        expect(named).toEqual(failed);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses no repetition of what the archive has: an append would not write it', async () => {
    await using world = await setup();
    await world.append([at(0, from('web', 'same'))]);
    expect(await world.refused([at(1, from('bot', 'same')), at(2, from('bot', 'other'))])).toEqual([2n]);
  });

  it('does not blame values for a day that has no partition', async () => {
    await using world = await setup();
    await world.db.dataSource.query('DROP TABLE interactions_2025_10_28');
    expect(await world.refused([at(0), at(1)])).toEqual([]);
  });

  it('has nothing to say about an empty batch, and something about a batch that is all bad', async () => {
    await using world = await setup();
    expect(await world.refused([])).toEqual([]);
    const rows = Array.from({ length: 100 }, (_, offset) => at(offset, from('bot', `b${offset}`)));
    expect(await world.refused(rows)).toHaveLength(100);
  });
});
