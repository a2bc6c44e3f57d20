import { Failure } from '#contracts';

/** A version of a model did not pass its checks: files, features, golden vectors or warm-up. The cause says which and how. */
export class ModelUnfitFailure extends Failure {
  readonly code = 'RANKER_MODEL_UNFIT';
  readonly retryable = false;

  constructor(
    readonly model: string,
    readonly version: string,
    cause: unknown,
  ) {
    super(`model ${model}@${version} is not fit to serve: ${cause instanceof Error ? cause.message : 'unknown'}`, { model, version }, { cause });
  }
}

/** The folder holds no version of a model that the ranker cannot do without. */
export class ModelMissingFailure extends Failure {
  readonly code = 'RANKER_MODEL_MISSING';
  readonly retryable = false;

  constructor(model: string, directory: string) {
    super(`there is no fit version of the model ${model} in ${directory}; set MODELS_DIR`, { model, directory });
  }
}

/** Right, but not quick enough: a rank with it would miss its deadline. */
export class ModelTooSlowFailure extends Failure {
  readonly code = 'RANKER_MODEL_TOO_SLOW';
  readonly retryable = false;

  constructor(p99Ms: number, maxMs: number, rows: number) {
    super(`it takes ${p99Ms.toFixed(1)} ms for ${rows} rows (99th percentile), more than MODEL_MAX_MS, ${maxMs}`, { p99Ms, maxMs, rows });
  }
}
