import { Failure } from '#contracts';

/** The folder of models holds no version of a model that a replay needs. */
export class ModelNotThereFailure extends Failure {
  readonly code = 'REPLAY_MODEL_MISSING';
  readonly retryable = false;

  constructor(model: string, directory: string) {
    super(`there is no version of the model ${model} in ${directory}; set MODELS_DIR`, { model, directory });
  }
}
