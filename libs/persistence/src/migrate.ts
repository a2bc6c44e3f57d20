import type { DataSource } from 'typeorm';
import { Locks } from './locks.js';

/**
 * Brings the schema up to date and answers the names of the migrations that ran (none when it already was). Safe to call
 * from every process at once: the first does the work, the others wait and find nothing to do.
 */
export const migrate = (dataSource: DataSource): Promise<readonly string[]> =>
  new Locks(dataSource).withLock('broadsheet/migrations', async () => {
    const done = await dataSource.runMigrations({ transaction: 'each' });
    return done.map((migration) => migration.name);
  });

/** Whether every migration of this build has run: the database side of readiness. */
export const isMigrated = async (dataSource: DataSource): Promise<boolean> => !(await dataSource.showMigrations());
