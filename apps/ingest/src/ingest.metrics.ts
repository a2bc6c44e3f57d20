import type { IntakeResult } from '#contracts';
import { Counter, Gauge, Histogram, type Registry } from '#telemetry';

/** What became of one record in the archive. */
export type ArchiveOutcome = 'appended' | 'duplicate' | 'superseded' | 'parked';

/** Everything the ingest process counts. Labels come from code: topics, codes and connector names, never ids. */
export class IngestMetrics {
  readonly intakeRecords: Counter<'topic' | 'status' | 'code'>;
  readonly intakeSeconds: Histogram<'pattern'>;
  readonly appendSeconds: Histogram<'topic'>;
  readonly appendFailures: Counter<'topic' | 'reason'>;
  readonly archived: Counter<'topic' | 'outcome'>;
  readonly batchSeconds: Histogram<'topic'>;
  readonly batchRetries: Counter<'topic' | 'code'>;
  readonly rewinds: Counter<'topic'>;
  readonly deadLetters: Counter<'topic' | 'code'>;
  readonly idsForgotten: Counter;
  readonly lastProcessed: Gauge<'topic'>;
  readonly connectorItems: Counter<'connector' | 'outcome'>;
  readonly connectorRuns: Counter<'connector' | 'outcome'>;
  readonly connectorSuccess: Gauge<'connector'>;
  readonly lettersWaiting: Gauge<'topic' | 'code'>;
  readonly oldestLetter: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.intakeRecords = new Counter({
      name: 'ingest_intake_records_total',
      help: 'Records that intake answered, by answer; code is set for refusals.',
      labelNames: ['topic', 'status', 'code'] as const,
      registers,
    });
    this.intakeSeconds = new Histogram({
      name: 'ingest_intake_duration_seconds',
      help: 'Time from an intake message to its answer.',
      labelNames: ['pattern'] as const,
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
      registers,
    });
    this.appendSeconds = new Histogram({
      name: 'ingest_log_append_duration_seconds',
      help: 'Time from the oldest record of a flush until the log had it.',
      labelNames: ['topic'] as const,
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
      registers,
    });
    this.appendFailures = new Counter({
      name: 'ingest_log_append_failures_total',
      help: 'Records that the log did not confirm.',
      labelNames: ['topic', 'reason'] as const,
      registers,
    });
    this.archived = new Counter({
      name: 'ingest_archive_records_total',
      help: 'Records that the archive consumer finished.',
      labelNames: ['topic', 'outcome'] as const,
      registers,
    });
    this.batchSeconds = new Histogram({
      name: 'ingest_archive_batch_duration_seconds',
      help: 'Time to archive one batch, parked records included.',
      labelNames: ['topic'] as const,
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
      registers,
    });
    this.batchRetries = new Counter({
      name: 'ingest_archive_batch_retries_total',
      help: 'Batches given back to the log to come again, by cause.',
      labelNames: ['topic', 'code'] as const,
      registers,
    });
    this.rewinds = new Counter({
      name: 'ingest_archive_rewinds_total',
      help: 'Partitions that were set back because the log ends before the archive: the log was lost or replaced.',
      labelNames: ['topic'] as const,
      registers,
    });
    this.deadLetters = new Counter({
      name: 'ingest_dead_letters_total',
      help: 'Records parked in dead-letters.v1, by cause.',
      labelNames: ['topic', 'code'] as const,
      registers,
    });
    this.idsForgotten = new Counter({
      name: 'ingest_archive_ids_forgotten_total',
      help: 'Event ids older than the dedupe horizon that were removed.',
      registers,
    });
    this.lastProcessed = new Gauge({
      name: 'ingest_last_processed_timestamp_seconds',
      help: 'When the last record of the topic was archived or parked, as Unix time.',
      labelNames: ['topic'] as const,
      registers,
    });
    this.connectorItems = new Counter({
      name: 'ingest_connector_items_total',
      help: 'Items that connectors read.',
      labelNames: ['connector', 'outcome'] as const,
      registers,
    });
    this.connectorRuns = new Counter({
      name: 'ingest_connector_runs_total',
      help: 'Scheduled connector runs.',
      labelNames: ['connector', 'outcome'] as const,
      registers,
    });
    this.connectorSuccess = new Gauge({
      name: 'ingest_connector_success_timestamp_seconds',
      help: 'When a scheduled run of the connector last ended well, as Unix time; 0 before the first of this process.',
      labelNames: ['connector'] as const,
      registers,
    });
    this.lettersWaiting = new Gauge({
      name: 'ingest_dead_letters_waiting',
      help: 'Dead letters that were not redriven, by what they were parked for. Every process counts all of them.',
      labelNames: ['topic', 'code'] as const,
      registers,
    });
    this.oldestLetter = new Gauge({
      name: 'ingest_dead_letter_oldest_timestamp_seconds',
      help: 'When the oldest dead letter that waits was parked, as Unix time; 0 when none waits.',
      registers,
    });
  }

  /** Records on their way to the log, read when the metrics are. */
  watchInFlight(registry: Registry, records: () => number): void {
    new Gauge({
      name: 'ingest_intake_in_flight_records',
      help: 'Records on their way to the log.',
      registers: [registry],
      collect() {
        this.set(records());
      },
    });
  }

  intake(topic: string, result: IntakeResult): void {
    this.intakeRecords.inc({ topic, status: result.status, code: result.status === 'refused' ? result.code : '' });
  }
}
