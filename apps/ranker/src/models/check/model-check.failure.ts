import { Failure } from '#contracts';

/** A version did not pass the check in a process of its own; code and message are those of what was found there. */
export class ModelCheckFailure extends Failure {
  readonly retryable = false;

  constructor(
    readonly code: string,
    problem: string,
    details: Readonly<Record<string, unknown>>,
  ) {
    super(problem, details);
  }
}
