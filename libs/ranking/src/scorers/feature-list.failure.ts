import { Failure } from '#contracts';

/** A model was made for other features, or in another order, or with other outputs, than this code has. It must not go live: the one before keeps serving. */
export class FeatureListFailure extends Failure {
  readonly code = 'RANKING_FEATURE_LIST';
  readonly retryable = false;

  constructor(details: { readonly model: string; readonly version: string; readonly problem: string }) {
    super(`model ${details.model} ${details.version} does not fit the code: ${details.problem}`, details);
  }
}
