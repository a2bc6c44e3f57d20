import { Failure } from '#contracts';

/** The directory can not be taken for this run. The message says what is there and what to do. */
export class RunDirectoryFailure extends Failure {
  readonly code = 'RUN_DIRECTORY';
  readonly retryable = false;
}
