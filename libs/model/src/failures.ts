import { Failure } from '#contracts';

/** `manifest.json` is missing, is not JSON, breaks the schema, or does not describe this model file or this kind of model. */
export class ModelManifestFailure extends Failure {
  readonly code = 'MODEL_MANIFEST';
  readonly retryable = false;

  constructor(details: { readonly directory: string; readonly problem: string }, options?: ErrorOptions) {
    super(`model in ${details.directory}: ${details.problem}`, details, options);
  }
}

/** A file of the model is missing or its bytes are not those the manifest was written for. */
export class ModelHashFailure extends Failure {
  readonly code = 'MODEL_HASH';
  readonly retryable = false;

  constructor(details: { readonly directory: string; readonly file: string; readonly expected: string; readonly actual: string }) {
    super(`model in ${details.directory}: ${details.file} has SHA-256 ${details.actual}, the manifest says ${details.expected}`, details);
  }
}

/** The model was trained for another feature list than this code computes. It must be trained again, or the code rolled back. */
export class ModelFeatureFailure extends Failure {
  readonly code = 'MODEL_FEATURES';
  readonly retryable = false;

  constructor(details: {
    readonly model: string;
    readonly missing: readonly string[];
    readonly unknown: readonly string[];
    readonly problem: string;
  }) {
    super(`model ${details.model}: ${details.problem}`, details);
  }
}

/** The session answers a golden vector differently from the machine that trained the model. */
export class ModelGoldenFailure extends Failure {
  readonly code = 'MODEL_GOLDEN';
  readonly retryable = false;

  constructor(details: {
    readonly model: string;
    readonly vector: number;
    readonly output: string;
    readonly difference: number;
    readonly tolerance: number;
  }) {
    super(`model ${details.model}: golden vector ${details.vector} is off by ${details.difference} in ${details.output}`, details);
  }
}

/** The model answered with something that is not one finite number per row and head, or could not be run at all. */
export class ModelOutputFailure extends Failure {
  readonly code = 'MODEL_OUTPUT';
  readonly retryable = false;

  constructor(details: { readonly model: string; readonly rows: number; readonly problem: string }, options?: ErrorOptions) {
    super(`model ${details.model} returned ${details.problem} for ${details.rows} row(s)`, details, options);
  }
}

/** What should be scored is not rows of finite features: a fault of the caller, not of the model. */
export class ModelInputFailure extends Failure {
  readonly code = 'MODEL_INPUT';
  readonly retryable = false;

  constructor(details: { readonly model: string; readonly rows: number; readonly problem: string }) {
    super(`model ${details.model} was given ${details.rows} row(s) it cannot score: ${details.problem}`, details);
  }
}
