import { Failure } from '#contracts';

/** The gateway did not answer, or not with a feed. */
export class GatewayFailure extends Failure {
  readonly code = 'DIGEST_GATEWAY';

  constructor(
    problem: string,
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(`the gateway ${problem}`, { problem }, options);
  }
}
