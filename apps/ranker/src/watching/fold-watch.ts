import { Failure, type EpochMs } from '#contracts';
import type { StoredRecord } from '#event-log';
import { type Logger, noTracing, processSpan, type Span, type Tracing } from '#telemetry';
import type { FoldObserver, RecordOutcome } from '../consume/log-fold.js';
import type { RankerMetrics } from '../ranker.metrics.js';
import type { SparseLog } from './sparse-log.js';

/** Where a record stands, for a log line. Not its key: that may be a reader's reference. */
const placeOf = ({ topic, partition, offset }: StoredRecord): { topic: string; partition: number; offset: string } => ({
  topic,
  partition,
  offset: offset.toString(),
});

/** Counts what the fold does with each record, and says what is wrong with the records it cannot use. */
export class FoldWatch implements FoldObserver {
  /** By topic; a gauge that is set with every record would cost as much as folding it. */
  private readonly processedAt = new Map<string, EpochMs>();

  constructor(
    private readonly metrics: RankerMetrics,
    private readonly logger: Logger,
    private readonly sparse: SparseLog,
    private readonly now: () => EpochMs,
    /** What is folded while catching up was effective long ago, elsewhere. */
    private readonly isServing: () => boolean,
    private readonly tracing: Tracing = noTracing,
  ) {
    metrics.gaugeBy('topic', 'ranker_last_processed_timestamp_seconds', 'When the last record of the topic was folded, as Unix time.', () =>
      [...this.processedAt].map(([topic, at]) => [topic, at / 1000]),
    );
  }

  /** A record that was traced on its way here goes on being so; not what a start catches up with, whose traces are long over. */
  folding({ topic, partition, headers }: StoredRecord): Span | null {
    if (!this.tracing.on || headers['traceparent'] === undefined || !this.isServing()) return null;
    const [name, start] = processSpan(topic, partition);
    return this.tracing.resume(name, headers['traceparent'], start);
  }

  folded(topic: string, outcome: RecordOutcome): void {
    this.metrics.folded.inc({ topic, outcome });
  }

  progressed(topic: string): void {
    this.processedAt.set(topic, this.now());
  }

  effective(recordedtime: string): void {
    if (this.isServing()) this.metrics.effective.observe(Math.max(0, this.now() - Date.parse(recordedtime)) / 1000);
  }

  heartbeat(made: string): void {
    if (!this.isServing()) return; // what a start catches up with was made long ago
    this.metrics.heartbeatSeconds.observe(Math.max(0, this.now() - Date.parse(made)) / 1000);
    this.metrics.heartbeatTime.set(this.now() / 1000);
  }

  unreadable(record: StoredRecord, rules: readonly string[]): void {
    this.sparse.say('unreadable', (leftOut) =>
      this.logger.warn({ ...placeOf(record), rules: rules.slice(0, 5), leftOut }, 'record passed over: it cannot be read; ingest parks it'),
    );
  }

  unfoldable(record: StoredRecord, error: unknown): void {
    this.metrics.deadLetters.inc({ code: error instanceof Failure ? error.code : 'FOLD_ERROR' });
    this.sparse.say('unfoldable', (leftOut) =>
      this.logger.error({ ...placeOf(record), err: error, leftOut }, 'record parked: it made the fold throw'),
    );
  }

  notEncoded(paperId: string, error: unknown): void {
    this.metrics.encodeFailures.inc();
    this.sparse.say('not-encoded', (leftOut) =>
      this.logger.warn({ paperId, err: error, leftOut }, 'paper folded without a content vector: the encoder failed on it'),
    );
  }
}
