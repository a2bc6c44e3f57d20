import type { DataSource } from 'typeorm';

export type LockOutcome<T> = { readonly held: true; readonly value: T } | { readonly held: false };

/**
 * Cluster-wide mutual exclusion by PostgreSQL advisory locks: one holder a name, freed by the server when the holder's
 * connection ends, so a killed process leaves nothing behind. Each held lock occupies one pooled connection.
 *
 * An advisory lock elects; it does not fence. Work that must not be done twice carries its own compare-and-set.
 */
export class Locks {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` if nobody holds `name` now; otherwise answers `{held: false}` at once. */
  async tryWithLock<T>(name: string, work: () => Promise<T>): Promise<LockOutcome<T>> {
    const runner = this.dataSource.createQueryRunner();
    await runner.connect();
    try {
      const [row] = (await runner.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [name])) as { locked: boolean }[];
      if (row?.locked !== true) return { held: false };
      try {
        return { held: true, value: await work() };
      } finally {
        await runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      }
    } finally {
      await runner.release();
    }
  }

  /** Waits for `name`, then runs `work`. The wait is bounded by the statement timeout of the data source. */
  async withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    await runner.connect();
    try {
      await runner.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
      try {
        return await work();
      } finally {
        await runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      }
    } finally {
      await runner.release();
    }
  }
}
