import { Failure } from '#contracts';

/** A file of a run directory is missing, damaged, or of another format. */
export class RunFileFailure extends Failure {
  readonly code = 'RUN_FILE';
  readonly retryable = false;
}
