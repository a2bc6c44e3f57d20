import { Failure } from '#contracts';

/** A folder is no exported stream, or its bytes are not those that were written. */
export class StreamFileFailure extends Failure {
  readonly code = 'STREAM_FILE';
  readonly retryable = false;
}
