import { Failure } from '#contracts';

/** There is nothing at the place that was named. */
export class SnapshotMissingFailure extends Failure {
  readonly code = 'SNAPSHOT_MISSING';
  readonly retryable = false;
}

/** What is there is no snapshot that this program can use. */
export class SnapshotUnusableFailure extends Failure {
  readonly code = 'SNAPSHOT_UNUSABLE';
  readonly retryable = false;
}
