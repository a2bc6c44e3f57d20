import type { DataSource } from 'typeorm';

/** The counters of a pool of node-postgres; TypeORM gives the pool away untyped. */
interface CountedPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

const isCounted = (pool: unknown): pool is CountedPool =>
  pool !== null && typeof pool === 'object' && 'totalCount' in pool && 'idleCount' in pool && 'waitingCount' in pool;

/** What the connections of a data source do now, and how many callers wait for one. Null when it is not connected. */
export const poolConnections = (
  dataSource: DataSource,
): { readonly used: number; readonly idle: number; readonly waiting: number } | null => {
  if (!dataSource.isInitialized) return null;
  const pool: unknown = Reflect.get(dataSource.driver, 'master');
  if (!isCounted(pool)) return null;
  return { used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount };
};
