import { Failure } from '#contracts';

/** The registry is not in a state in which this change makes sense. */
export class ModelChangeFailure extends Failure {
  readonly code = 'RANKER_MODEL_CHANGE';
  readonly retryable = false;
}
