import { Global, Module, type DynamicModule } from '@nestjs/common';
import { createEventLog, EventLog, type EventLogConfig } from '#event-log';
import type { Logger } from '#telemetry';
import { Database } from '../adapters/database.js';
import { LogDeadLetters } from '../adapters/log-dead-letters.js';
import { PostgresRegistryReader } from '../adapters/postgres-registry-reader.js';
import { PostgresReplicaReports } from '../adapters/postgres-replica-reports.js';
import { PostgresSnapshotStore } from '../adapters/postgres-snapshot-store.js';
import { DeadLetters } from '../consume/log-fold.js';
import { RegistryReader } from '../models/registry-reader.js';
import { ReplicaReports } from '../models/replica-reports.js';
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

/** What a process holds open. It opens and closes them itself: they must be closed as well when the rest does not come up. */
export interface Connections {
  readonly log: EventLog;
  readonly database: Database;
}

/** Neither connects before it is used. */
export const openConnections = (config: RankerConfig, logger: Logger, metrics: RankerMetrics): Connections => ({
  log: createEventLog(logConfigOf(config), { logger, observer: metrics.logObserver }),
  database: new Database({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: `broadsheet-ranker-${config.REPLICA_ID}`,
  }),
});

/** The real log and the real database behind the ports of the ranker. */
@Global()
@Module({})
export class AdaptersModule {
  static with(config: RankerConfig, { log, database }: Connections): DynamicModule {
    const { REPLICA_ID: replica, SNAPSHOTS_KEPT: keep } = config;
    const now = (): number => Date.now();
    return {
      module: AdaptersModule,
      providers: [
        { provide: EventLog, useValue: log },
        { provide: Database, useValue: database },
        { provide: DeadLetters, useFactory: () => new LogDeadLetters(log, now) },
        { provide: RegistryReader, useFactory: () => new PostgresRegistryReader(database) },
        { provide: ReplicaReports, useFactory: () => new PostgresReplicaReports(database, replica, config.MODELS_POLL_S) },
        { provide: SnapshotStore, useFactory: () => new PostgresSnapshotStore(database, { replica, keep, now }) },
      ],
      exports: [EventLog, Database, DeadLetters, RegistryReader, ReplicaReports, SnapshotStore],
    };
  }
}
