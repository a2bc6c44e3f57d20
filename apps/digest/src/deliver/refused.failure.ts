import { Failure } from '#contracts';

/** A target did not take the digest: nothing arrived, and the run can be made again. */
export class RefusedFailure extends Failure {
  readonly code = 'DIGEST_REFUSED';
  readonly retryable = true;

  constructor(target: string, problem: string, options?: ErrorOptions) {
    super(`${target} did not take the digest: ${problem}`, { target, problem }, options);
  }
}
