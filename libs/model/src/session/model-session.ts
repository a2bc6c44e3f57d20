import { InferenceSession, Tensor } from './onnx-runtime.js';
import { featureHash } from '#ranking';
import { ModelFeatureFailure, ModelGoldenFailure, ModelManifestFailure, ModelOutputFailure } from '../failures.js';
import { GOLDEN_TOLERANCE, MODEL_FILE } from '../manifest/manifest.js';
import type { GoldenTensor, Manifest, ModelKind } from '../manifest/manifest.js';
import type { ModelFolder } from '../manifest/model-folder.js';
import { Turns } from './turns.js';

/** What the code that runs a model asks of it. */
export interface ModelExpectation {
  readonly kind: ModelKind;
  /** Feature names in the order this code computes them. */
  readonly features: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Input name -> tensor. */
export type Feeds = Readonly<Record<string, Tensor>>;
export type Fetches = Readonly<Record<string, Tensor>>;

/**
 * An ONNX Runtime session of one checked model, on one thread.
 *
 * `session.run` of onnxruntime-node computes synchronously on the event loop, but only after a `setImmediate`: between filling a
 * reused input buffer and the run other code may come in. So everything that touches the buffers goes through `exclusively`.
 */
export class ModelSession {
  readonly #turns = new Turns();
  #closed = false;

  private constructor(
    readonly manifest: Manifest,
    private readonly session: InferenceSession,
  ) {}

  /** `name@version`, for messages. */
  get id(): string {
    return `${this.manifest.name}@${this.manifest.version}`;
  }

  /**
   * @throws {ModelManifestFailure} another kind of model, other inputs or outputs, or bytes that ONNX Runtime refuses.
   * @throws {ModelFeatureFailure} trained for other features than `expected`.
   * @throws {ModelGoldenFailure} a golden vector comes out differently here.
   */
  static async open(folder: ModelFolder, expected: ModelExpectation): Promise<ModelSession> {
    checkExpectation(folder, expected);
    const session = await createSession(folder);
    const model = new ModelSession(folder.manifest, session);
    try {
      checkPorts(folder, session);
      await model.checkGolden();
      return model;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** Work that fills buffers and runs; never two at once. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new ModelOutputFailure({ model: this.id, rows: 0, problem: 'nothing, being closed,' }));
    return this.#turns.take(work);
  }

  /** @throws {ModelOutputFailure} ONNX Runtime could not run it. */
  async run(feeds: Feeds, rows: number): Promise<Fetches> {
    try {
      return await this.session.run(feeds);
    } catch (error) {
      throw new ModelOutputFailure(
        { model: this.id, rows, problem: `an error (${error instanceof Error ? error.message : 'unknown'})` },
        { cause: error },
      );
    }
  }

  /** Frees the native memory once all work taken before has ended. Further work is refused. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turns.idle();
    await this.session.release();
  }

  private async checkGolden(): Promise<void> {
    for (const [index, golden] of this.manifest.golden.entries()) {
      const feeds = Object.fromEntries(Object.entries(golden.inputs).map(([name, tensor]) => [name, tensorOf(this.typeOf(name), tensor)]));
      const fetches = await this.run(feeds, golden.inputs[this.manifest.inputs[0]?.name ?? '']?.dims[0] ?? 0);
      for (const [name, expected] of Object.entries(golden.outputs)) this.compare(index, name, expected.data, fetches[name]?.data);
    }
  }

  private typeOf(input: string): string {
    return this.manifest.inputs.find(({ name }) => name === input)?.type ?? 'float32';
  }

  private compare(vector: number, output: string, expected: readonly number[], actual: Tensor['data'] | undefined): void {
    const difference = largestDifference(
      expected,
      actual instanceof Float32Array || actual instanceof Float64Array ? actual : new Float32Array(0),
    );
    if (difference <= GOLDEN_TOLERANCE) return;
    throw new ModelGoldenFailure({ model: this.id, vector, output, difference, tolerance: GOLDEN_TOLERANCE });
  }
}

/** Infinity when the lengths differ or a value is not a number. */
export const largestDifference = (expected: ArrayLike<number>, actual: ArrayLike<number>): number => {
  if (expected.length !== actual.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < expected.length; i += 1) {
    const difference = Math.abs((expected[i] ?? NaN) - (actual[i] ?? NaN));
    if (Number.isNaN(difference)) return Infinity;
    if (difference > largest) largest = difference;
  }
  return largest;
};

/** Throws when the manifest is for other code than ours. */
const checkExpectation = ({ directory, manifest }: ModelFolder, expected: ModelExpectation): void => {
  if (manifest.kind !== expected.kind)
    throw new ModelManifestFailure({ directory, problem: `is of kind ${manifest.kind}, ${expected.kind} is asked for` });
  for (const [what, ports, names] of [
    ['inputs', manifest.inputs, expected.inputs],
    ['outputs', manifest.outputs, expected.outputs],
  ] as const) {
    const missing = names.filter((name) => !ports.some((port) => port.name === name));
    if (missing.length > 0 || ports.length !== names.length) {
      throw new ModelManifestFailure({
        directory,
        problem: `${what} must be ${names.join(', ')}, the manifest says ${ports.map((port) => port.name).join(', ')}`,
      });
    }
  }
  const model = `${manifest.name}@${manifest.version}`;
  const missing = manifest.features.filter((feature) => !expected.features.includes(feature));
  const unknown = expected.features.filter((feature) => !manifest.features.includes(feature));
  if (manifest.featureHash !== featureHash(manifest.features)) {
    throw new ModelFeatureFailure({ model, missing, unknown, problem: 'featureHash is not the hash of its own feature list' });
  }
  if (manifest.featureHash === featureHash(expected.features)) return;
  const problem =
    missing.length + unknown.length === 0
      ? 'has the features of this code in another order'
      : `needs ${missing.join(', ') || 'nothing'} that this code lacks, and was trained without ${unknown.join(', ') || 'nothing'}`;
  throw new ModelFeatureFailure({ model, missing, unknown, problem });
};

const createSession = async ({ directory, manifest, files }: ModelFolder): Promise<InferenceSession> => {
  try {
    return await InferenceSession.create(files.get(MODEL_FILE) ?? new Uint8Array(0), {
      executionProviders: ['cpu'],
      intraOpNumThreads: manifest.threads.intra,
      interOpNumThreads: manifest.threads.inter,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new ModelManifestFailure(
      { directory, problem: `ONNX Runtime refuses ${MODEL_FILE}: ${error instanceof Error ? error.message : 'unknown'}` },
      { cause: error },
    );
  }
};

/** The file itself must have the inputs and outputs that the manifest promises. */
const checkPorts = ({ directory, manifest }: ModelFolder, session: InferenceSession): void => {
  for (const [what, ports, metadata] of [
    ['input', manifest.inputs, session.inputMetadata],
    ['output', manifest.outputs, session.outputMetadata],
  ] as const) {
    for (const port of ports) {
      const found = metadata.find(({ name }) => name === port.name);
      const shape = found !== undefined && found.isTensor ? `${found.type} [${found.shape.join(', ')}]` : 'absent';
      const promised = `${port.type} [${port.shape.join(', ')}]`;
      if (shape !== promised)
        throw new ModelManifestFailure({
          directory,
          problem: `${what} ${port.name} is ${shape} in ${MODEL_FILE}, the manifest says ${promised}`,
        });
    }
  }
};

const tensorOf = (type: string, { dims, data }: GoldenTensor): Tensor => {
  if (type === 'int64') return new Tensor('int64', BigInt64Array.from(data, BigInt), dims);
  if (type === 'int32') return new Tensor('int32', Int32Array.from(data), dims);
  if (type === 'int8') return new Tensor('int8', Int8Array.from(data), dims);
  if (type === 'float64') return new Tensor('float64', Float64Array.from(data), dims);
  return new Tensor('float32', Float32Array.from(data), dims);
};
