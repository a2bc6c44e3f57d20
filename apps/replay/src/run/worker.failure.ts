import { Failure } from '#contracts';

/** A worker process ended with this failure; code and kind are those of the worker. */
export class WorkerFailure extends Failure {
  constructor(
    override readonly code: string,
    override readonly retryable: boolean,
    message: string,
  ) {
    super(message);
  }
}
