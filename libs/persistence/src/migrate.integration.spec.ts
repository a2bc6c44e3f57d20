import { freshDatabase } from '../../../test/support/database.js';
import { migratedDatabase } from '../../../test/support/migrated-database.js';
import { createDataSource } from './data-source.js';
import { isMigrated, migrate } from './migrate.js';
import { migrations } from './migrations/index.js';

describe('migrations', () => {
  it('run once when several processes start at the same time', async () => {
    await using database = await freshDatabase();
    const sources = ['a', 'b', 'c'].map((applicationName) => createDataSource({ url: database.url, applicationName }));
    await Promise.all(sources.map((source) => source.initialize()));
    expect(await isMigrated(sources[0]!)).toBe(false);

    const ran = await Promise.all(sources.map(migrate));

    expect(ran.flat()).toEqual([
      'Initial1764000000000',
      'InteractionSelf1764100000000',
      'DeadLetterRedrives1764200000000',
      'RefusedInteractions1764300000000',
      'ModelChanges1764400000000',
      'ModelReplicas1764500000000',
      'Digests1764600000000',
    ]);
    expect(await isMigrated(sources[1]!)).toBe(true);
    await Promise.all(sources.map((source) => source.destroy()));
  });

  it('make the schema that the entities describe', async () => {
    await using db = await migratedDatabase();
    const { upQueries } = await db.dataSource.driver.createSchemaBuilder().log();
    // TypeORM names constraints by a hash and knows no checks, partitions or partial indexes; columns and types it compares fully.
    const columnChanges = upQueries
      .map(({ query }) => query)
      .filter((query) => /(ADD|DROP|ALTER) (COLUMN )?"|CREATE TABLE/.test(query) && !/CONSTRAINT/.test(query));
    expect(columnChanges).toEqual([]);
  });

  it('are undone as well', async () => {
    await using db = await migratedDatabase();
    for (const _ of migrations) await db.dataSource.undoLastMigration();
    expect(await db.dataSource.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)).toEqual([
      { tablename: 'schema_migrations' },
    ]);
    expect(await isMigrated(db.dataSource)).toBe(false);
    await migrate(db.dataSource);
    expect(await isMigrated(db.dataSource)).toBe(true);
  });

  it('reads a day without a zone as a UTC day, wherever the server stands', async () => {
    await using db = await migratedDatabase();
    const [row] = await db.dataSource.query<{ at: Date }[]>(`SELECT '2025-10-28'::timestamptz AS at`);
    expect(row?.at.toISOString()).toBe('2025-10-28T00:00:00.000Z');
  });
});
