import type { Logger } from '#telemetry';
import type { RankerMetrics } from '../ranker.metrics.js';
import type { DropReason, ServedObserver } from '../served/served-log.js';
import type { SparseLog } from './sparse-log.js';

/** Counts what becomes of the records of answers. */
export class ServedWatch implements ServedObserver {
  constructor(
    private readonly metrics: RankerMetrics,
    private readonly logger: Logger,
    private readonly sparse: SparseLog,
  ) {}

  written(records: number): void {
    this.metrics.servedWritten.inc(records);
  }

  dropped(records: number, reason: DropReason): void {
    this.metrics.servedDropped.inc({ reason }, records);
  }

  failed(error: unknown): void {
    this.metrics.servedFailures.inc();
    this.sparse.say('served', (leftOut) => this.logger.warn({ err: error, leftOut }, 'answers could not be recorded yet'));
  }
}
