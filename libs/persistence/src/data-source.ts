import { DataSource } from 'typeorm';
import { entities } from './entities/index.js';
import { migrations } from './migrations/index.js';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name`. */
  readonly url: string;
  /** Seen in `pg_stat_activity`: which process holds a connection. */
  readonly applicationName: string;
  /** Most connections of this process; default 10. Further callers wait in the pool. */
  readonly poolSize?: number;
  /** Longest run of one statement in milliseconds, enforced by the server; default 30,000. */
  readonly statementTimeoutMs?: number;
  /**
   * Longest pause of the client inside a transaction in milliseconds, enforced by the server; default 10,000, as long as a silent member of the
   * archive's group is waited for. A process that is paused there holds its locks, and whoever takes over its work waits for them.
   */
  readonly idleTransactionMs?: number;
  /** Longest wait for a connection in milliseconds, from the pool or the network; default 5,000. */
  readonly connectTimeoutMs?: number;
  /** The server refuses every write of this process; default false. */
  readonly readOnly?: boolean;
}

/**
 * A TypeORM data source over PostgreSQL that never waits for ever: pool, connect, statement and idle transactions are all
 * bounded. It is not connected yet: `await dataSource.initialize()`. The schema comes from migrations only.
 */
export const createDataSource = ({
  url,
  applicationName,
  poolSize = 10,
  statementTimeoutMs = 30_000,
  idleTransactionMs = 10_000,
  connectTimeoutMs = 5_000,
  readOnly = false,
}: DatabaseOptions): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    applicationName,
    entities: [...entities],
    migrations: [...migrations],
    migrationsTableName: 'schema_migrations',
    synchronize: false,
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    poolSize,
    connectTimeoutMS: connectTimeoutMs,
    extra: {
      statement_timeout: statementTimeoutMs,
      // The client's own limit is for a server that no longer answers at all; the server's limit should strike first.
      query_timeout: statementTimeoutMs + 5_000,
      idle_in_transaction_session_timeout: idleTransactionMs,
      keepAlive: true,
      // Days without a zone (`2025-10-28`) are UTC days, whatever the server's own zone is.
      options: `-c TimeZone=UTC${readOnly ? ' -c default_transaction_read_only=on' : ''}`,
    },
    // An idle connection that breaks is dropped by the pool and opened anew; without a handler it would end the process.
    poolErrorHandler: () => undefined,
  });
