import { Failure } from '#contracts';

/** There is no such snapshot, or what is there is not one. */
export class SnapshotUnusableFailure extends Failure {
  readonly code = 'SNAPSHOT_UNUSABLE';
  readonly retryable = false;
}
