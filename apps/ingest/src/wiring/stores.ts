import { allTopics, Failure } from '#contracts';
import { createEventLog, type EventLog, type EventLogConfig, type EventLogObserver } from '#event-log';
import { createDataSource, type DataSource, migrate } from '#persistence';
import type { Logger } from '#telemetry';
import type { IngestConfig } from '../ingest.config.js';
import type { IngestMetrics } from '../ingest.metrics.js';

export const dataSourceOf = (config: IngestConfig): DataSource =>
  createDataSource({ url: config.DATABASE_URL, applicationName: `broadsheet-${config.REPLICA_ID}`, poolSize: config.DATABASE_POOL_SIZE });

const logConfig = (config: IngestConfig): EventLogConfig =>
  config.BROKER === 'embedded'
    ? { broker: 'embedded', databaseUrl: config.DATABASE_URL }
    : {
        broker: 'kafka',
        brokers: config.KAFKA_BROKERS,
        clientId: `${config.KAFKA_CLIENT_ID}-${config.REPLICA_ID}`,
        replicationFactor: config.KAFKA_REPLICATION_FACTOR,
        sessionTimeoutMs: config.ARCHIVE_SESSION_MS,
      };

/** What the event log tells, as metrics. */
const observerOf = (metrics: IngestMetrics): EventLogObserver => ({
  appended: ({ topic, seconds }) => metrics.appendSeconds.observe({ topic }, seconds),
  appendFailed: ({ topic, records, reason }) => metrics.appendFailures.inc({ topic, reason }, records),
});

export const eventLogOf = (config: IngestConfig, logger: Logger, metrics?: IngestMetrics): EventLog =>
  createEventLog(logConfig(config), { logger, ...(metrics === undefined ? {} : { observer: observerOf(metrics) }) });

/** The database could not be reached, or not be brought up to date. */
export class DatabaseUnavailableFailure extends Failure {
  readonly code = 'DATABASE_UNAVAILABLE';
  readonly retryable = true;
}

/**
 * Connects and brings the schema up to date. Safe to repeat after a failure, and from several processes at once.
 * @throws {DatabaseUnavailableFailure}
 */
export const prepareDatabase = async (dataSource: DataSource): Promise<readonly string[]> => {
  try {
    if (!dataSource.isInitialized) await dataSource.initialize();
    return await migrate(dataSource);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown trouble';
    throw new DatabaseUnavailableFailure(`the database is not ready: ${reason}`, {}, { cause: error });
  }
};

export const prepareTopics = (log: EventLog): Promise<void> => log.ensureTopics(allTopics);
