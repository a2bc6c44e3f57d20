import { Global, Module, type DynamicModule } from '@nestjs/common';
import { createEventLog, EventLog, type EventLogConfig } from '#event-log';
import type { Logger } from '#telemetry';
import { Database } from '../adapters/database.js';
import { LogDeadLetters } from '../adapters/log-dead-letters.js';
import { PostgresRegistryReader } from '../adapters/postgres-registry-reader.js';
import { PostgresSnapshotStore } from '../adapters/postgres-snapshot-store.js';
import { DeadLetters } from '../consume/log-fold.js';
import { RegistryReader } from '../models/registry-reader.js';
import type { RankerConfig } from '../ranker.config.js';
import { type RankerMetrics } from '../ranker.metrics.js';
import { SnapshotStore } from '../snapshots/snapshot-store.js';

/** The part of the configuration that says which log. */
const logConfigOf = (config: RankerConfig): EventLogConfig =>
  config.BROKER === 'kafka'
    ? {
        broker: 'kafka',
        brokers: config.KAFKA_BROKERS,
        clientId: config.KAFKA_CLIENT_ID,
        replicationFactor: config.KAFKA_REPLICATION_FACTOR,
      }
    : { broker: 'embedded', databaseUrl: config.DATABASE_URL };

/** The real log and the real database behind the ports of the ranker. */
@Global()
@Module({})
export class AdaptersModule {
  static with(config: RankerConfig, logger: Logger, metrics: RankerMetrics): DynamicModule {
    const { DATABASE_URL: url, DATABASE_POOL_SIZE: poolSize, REPLICA_ID: replica, SNAPSHOTS_KEPT: keep } = config;
    const now = (): number => Date.now();
    return {
      module: AdaptersModule,
      providers: [
        {
          provide: EventLog,
          useFactory: () => createEventLog(logConfigOf(config), { logger, observer: metrics.logObserver }),
        },
        { provide: Database, useFactory: () => new Database({ url, poolSize, applicationName: `broadsheet-ranker-${replica}` }) },
        { provide: DeadLetters, useFactory: (log: EventLog) => new LogDeadLetters(log, now), inject: [EventLog] },
        { provide: RegistryReader, useFactory: (database: Database) => new PostgresRegistryReader(database), inject: [Database] },
        {
          provide: SnapshotStore,
          useFactory: (database: Database) => new PostgresSnapshotStore(database, { replica, keep, now }),
          inject: [Database],
        },
      ],
      exports: [EventLog, Database, DeadLetters, RegistryReader, SnapshotStore],
    };
  }
}
