import { type AppendLimits, defaultAppendLimits } from './append/append-buffer.js';
import type { BackoffPolicy } from './backoff.js';
import { EmbeddedEventLog } from './embedded/embedded-event-log.js';
import type { EventLog } from './event-log.js';
import { KafkaEventLog } from './kafka/kafka-event-log.js';
import type { EventLogLogger, EventLogObserver } from './observer.js';

interface CommonConfig {
  readonly append?: Partial<AppendLimits>;
  /** Between tries of a handler that throws. */
  readonly backoff?: BackoffPolicy;
  /** How often positions are made visible to lag tools; default 1000. */
  readonly commitEveryMs?: number;
}

export interface KafkaLogConfig extends CommonConfig {
  readonly broker: 'kafka';
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Of topics that are created; default 1. With 3, two replicas have to confirm each write. */
  readonly replicationFactor?: number;
  /** Further settings of topics that are created. */
  readonly topicSettings?: Readonly<Record<string, string>>;
  /** Silence after which a member of a `shared` group is given up; default 10,000, the broker takes 6,000 at least. */
  readonly sessionTimeoutMs?: number;
}

export interface EmbeddedLogConfig extends CommonConfig {
  readonly broker: 'embedded';
  readonly databaseUrl: string;
  readonly connections?: number;
  /** How often to look for records without having been notified; default 1000. */
  readonly pollEveryMs?: number;
  /** Compaction and retention; default five minutes. */
  readonly housekeepingEveryMs?: number;
  /** The server refuses every write of this process, and it keeps no house; default false. */
  readonly readOnly?: boolean;
}

export type EventLogConfig = KafkaLogConfig | EmbeddedLogConfig;

export interface EventLogDependencies {
  readonly logger: EventLogLogger;
  readonly observer?: EventLogObserver;
}

const handlerBackoff: BackoffPolicy = { firstMs: 100, maxMs: 10_000, jitter: 0.5 };

/** The event log that the configuration names. It connects when it is first used; `ping` says whether it can be reached. */
export const createEventLog = (config: EventLogConfig, { logger, observer = {} }: EventLogDependencies): EventLog => {
  const common = {
    append: { ...defaultAppendLimits, ...config.append },
    backoff: config.backoff ?? handlerBackoff,
    commitEveryMs: config.commitEveryMs ?? 1000,
  };
  if (config.broker === 'kafka') {
    const { brokers, clientId, replicationFactor = 1, topicSettings = {}, sessionTimeoutMs = 10_000 } = config;
    return new KafkaEventLog(
      { ...common, brokers, clientId, topics: { replicationFactor, settings: topicSettings }, sessionTimeoutMs, maxWaitMs: 100 },
      logger,
      observer,
    );
  }
  const { databaseUrl, connections = 4, pollEveryMs = 1000, housekeepingEveryMs = 300_000, readOnly = false } = config;
  return new EmbeddedEventLog(
    { ...common, databaseUrl, connections, pollEveryMs, rebalanceEveryMs: 500, housekeepingEveryMs, readOnly },
    logger,
    observer,
  );
};
