import { Failure } from '#contracts';

/** These bytes are no snapshot that this code can restore: damaged, cut, or of an unknown version. The caller takes an older one or folds the log from its beginning. */
export class StateSnapshotFailure extends Failure {
  readonly code = 'RANKING_STATE_SNAPSHOT';
  readonly retryable = false;

  constructor(problem: string, details: Readonly<Record<string, unknown>> = {}) {
    super(`state snapshot can not be restored: ${problem}`, details);
  }
}
