import type { EpochMs } from '#contracts';
import type { Logger } from '#telemetry';
import type { RankerMetrics } from '../ranker.metrics.js';
import type { RestoreProblem } from '../snapshots/restore.js';
import type { SnapshotObserver } from '../snapshots/snapshot-keeper.js';
import type { SnapshotId } from '../snapshots/snapshot-store.js';

/** Measures snapshots, and says at a start where the state came from. */
export class SnapshotWatch implements SnapshotObserver {
  constructor(
    private readonly metrics: RankerMetrics,
    private readonly logger: Logger,
  ) {}

  saved({ storedBytes, takenAt }: { readonly storedBytes: number; readonly takenAt: EpochMs }, heldSeconds: number, seconds: number): void {
    this.metrics.snapshotSeconds.observe(seconds);
    this.metrics.snapshotPause.observe(heldSeconds);
    this.metrics.snapshotBytes.set(storedBytes);
    this.metrics.snapshotTime.set(takenAt / 1000);
    this.logger.debug({ storedBytes, heldSeconds, seconds }, 'snapshot stored');
  }

  saveFailed(error: unknown): void {
    this.metrics.snapshotFailures.inc();
    this.logger.warn({ err: error }, 'snapshot could not be stored; the next interval tries again');
  }

  passedOver(problem: RestoreProblem, snapshot: SnapshotId | null, error: unknown): void {
    this.metrics.restores.inc({ outcome: problem });
    this.logger.warn({ problem, snapshot, err: error }, 'a snapshot cannot be used');
  }

  restored(from: { readonly takenAt: EpochMs } | null): void {
    this.metrics.restores.inc({ outcome: from === null ? 'from-zero' : 'restored' });
    if (from !== null) this.metrics.snapshotTime.set(from.takenAt / 1000);
    if (from === null) this.logger.warn('no snapshot can be used: folding the log from its start');
    else this.logger.info({ takenAt: new Date(from.takenAt).toISOString() }, 'state restored from a snapshot');
  }
}
