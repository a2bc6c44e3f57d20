import { Failure } from '#contracts';

/** A delivery was begun and not confirmed: it may have arrived. It is not made again unless somebody says so. */
export class UnknownDeliveryFailure extends Failure {
  readonly code = 'DIGEST_UNKNOWN';
  readonly retryable = false;

  constructor(target: string, problem: string, options?: ErrorOptions) {
    super(
      `${target}: ${problem}; it may have arrived. Look there, then run again with --again to send it, or leave it`,
      { target },
      options,
    );
  }
}
