import { Failure } from '#contracts';

/** The version that serves for want of another could not be given the part of the live one, so that nothing newer may be written beside it. */
export class LiveNotNamedFailure extends Failure {
  readonly code = 'LIVE_NOT_NAMED';
  readonly retryable = true;

  constructor(model: string, version: string) {
    super(`${model} ${version} serves as the newest and could not be named live: a newer one would take its place, so none is written`, {
      model,
      version,
    });
  }
}
