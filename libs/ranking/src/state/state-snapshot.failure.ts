import { Failure } from '#contracts';

/** These bytes are no snapshot that this code can restore: damaged, cut, or of an unknown version. The caller takes an older one or folds the log from its beginning. */
export class StateSnapshotFailure extends Failure {
  readonly code = 'RANKING_STATE_SNAPSHOT';
  readonly retryable = false;

  constructor(problem: string, details: Readonly<Record<string, unknown>> = {}) {
    super(`state snapshot can not be restored: ${problem}`, details);
  }
}

/** Something was folded while a snapshot was written in steps: its sections would be of different moments. Whoever writes has to hold the fold. */
export class StateMovedFailure extends Failure {
  readonly code = 'RANKING_STATE_MOVED';
  readonly retryable = true;

  constructor() {
    super('the state changed while its snapshot was written', {});
  }
}
