import type { EpochMs } from '#contracts';
import { type Followed, lagSeconds } from '#event-log';
import { Gauge, type Registry } from '#telemetry';

export interface LagGaugeNames {
  /** `ingest_archive`: the gauges are called `ingest_archive_lag_records` and `ingest_archive_lag_seconds`. */
  readonly prefix: string;
  /** `archived`: what the records are not yet. */
  readonly done: string;
}

const labelsOf = (key: string): { topic: string; partition: string } => {
  const slash = key.lastIndexOf('/');
  return { topic: key.slice(0, slash), partition: key.slice(slash + 1) };
};

/** Lag of a consumer, read where it is known when somebody scrapes: a consumer that stands still would report nothing. */
export const watchLag = (registry: Registry, { prefix, done }: LagGaugeNames, consumer: Followed, now: () => EpochMs): void => {
  new Gauge({
    name: `${prefix}_lag_records`,
    help: `Records of a partition that are not ${done} yet.`,
    labelNames: ['topic', 'partition'] as const,
    registers: [registry],
    collect() {
      this.reset(); // partitions that another process holds now are its to report
      for (const [key, records] of consumer.lag()) this.set(labelsOf(key), Number(records));
    },
  });
  new Gauge({
    name: `${prefix}_lag_seconds`,
    help: `Age of the oldest record of a partition that waits to be ${done}, or how long the log has been silent if that is longer; 0 when none waits.`,
    labelNames: ['topic', 'partition'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const [key, seconds] of lagSeconds(consumer, now())) this.set(labelsOf(key), seconds);
    },
  });
};

/** Lag of the consumer that carries the log into PostgreSQL. */
export const archiveLag: LagGaugeNames = { prefix: 'ingest_archive', done: 'archived' };

/** Lag of the consumer that joins answers with what readers did. */
export const qualityLag: LagGaugeNames = { prefix: 'quality', done: 'joined' };
