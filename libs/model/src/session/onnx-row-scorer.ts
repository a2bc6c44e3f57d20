import { Tensor } from './onnx-runtime.js';
import type { RowScorer } from '#ranking';
import { ModelInputFailure, ModelManifestFailure, ModelOutputFailure } from '../failures.js';
import type { Manifest } from '../manifest/manifest.js';
import { readModelFolder } from '../manifest/model-folder.js';
import { ModelSession } from './model-session.js';
import { paddedBatches } from './padded-batches.js';
import type { PaddedBatch } from './padded-batches.js';

export const ROWS_INPUT = 'features';
export const SCORES_OUTPUT = 'scores';

/** Which model of rows the code asks for: its feature list is the code's, never the file's. */
export interface RowScorerExpectation {
  readonly kind: 'trending' | 'personal';
  readonly features: readonly string[];
  readonly heads: number;
}

/**
 * Scores feature rows with an ONNX graph `features` float32 [n, F] -> `scores` float32 [n, H].
 *
 * Rows are padded to the manifest's batch sizes and scores rounded to 1e-6, so that the same row gets the same score whatever
 * else is in the request. Input buffers are made once and reused; calls at the same time take turns.
 */
export class OnnxRowScorer implements RowScorer {
  readonly #inputs: ReadonlyMap<number, { readonly rows: Float32Array; readonly tensor: Tensor }>;

  private constructor(
    private readonly session: ModelSession,
    readonly heads: number,
  ) {
    const width = this.features.length;
    this.#inputs = new Map(
      this.manifest.batches.map((size) => {
        const rows = new Float32Array(size * width);
        return [size, { rows, tensor: new Tensor('float32', rows, [size, width]) }];
      }),
    );
  }

  /**
   * Loads, checks and warms up the model in `directory`.
   * @throws a Failure of `failures.ts` that says which check it did not pass; none of them is retryable.
   */
  static async load(directory: string, expected: RowScorerExpectation): Promise<OnnxRowScorer> {
    const folder = await readModelFolder(directory);
    const [heads] = folder.manifest.outputs.map(({ shape }) => shape[1]);
    if (heads !== expected.heads)
      throw new ModelManifestFailure({ directory, problem: `has ${String(heads)} heads, ${expected.heads} are asked for` });
    const session = await ModelSession.open(folder, { ...expected, inputs: [ROWS_INPUT], outputs: [SCORES_OUTPUT] });
    try {
      const scorer = new OnnxRowScorer(session, heads);
      await scorer.warmUp();
      return scorer;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  get manifest(): Manifest {
    return this.session.manifest;
  }

  get name(): string {
    return this.manifest.name;
  }

  get version(): string {
    return this.manifest.version;
  }

  get features(): readonly string[] {
    return this.manifest.features;
  }

  /**
   * In: float32 [count, F] row-major. Out: float32 [count, H], rounded to 1e-6, rows in input order.
   * @throws {ModelInputFailure} `rows` is too short or holds something that is not finite.
   * @throws {ModelOutputFailure} an output is not finite, or the run failed; no part of the rows is answered.
   */
  async score(rows: Float32Array, count: number): Promise<Float32Array> {
    this.checkRows(rows, count);
    const scores = new Float32Array(count * this.heads);
    for (const batch of paddedBatches(count, this.manifest.batches)) {
      await this.session.exclusively(async () => this.scoreBatch(rows, batch, scores));
    }
    return scores;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async scoreBatch(rows: Float32Array, { start, rows: count, size }: PaddedBatch, scores: Float32Array): Promise<void> {
    const input = this.#inputs.get(size);
    if (input === undefined) throw new RangeError(`no buffer of ${size} rows`);
    const width = this.features.length;
    input.rows.set(rows.subarray(start * width, (start + count) * width));
    input.rows.fill(0, count * width);
    const { [SCORES_OUTPUT]: output } = await this.session.run({ [ROWS_INPUT]: input.tensor }, count);
    const values = output?.data;
    if (!(values instanceof Float32Array) || values.length !== size * this.heads)
      throw this.outputFailure(count, 'another number of scores');
    for (let i = 0; i < count * this.heads; i += 1) {
      const value = values[i] ?? NaN;
      if (!Number.isFinite(value)) throw this.outputFailure(count, 'a score that is not finite');
      scores[start * this.heads + i] = roundScore(value);
    }
  }

  /** The graph's clips would turn a NaN into an innocent number on some machines, so it must not get there. */
  private checkRows(rows: Float32Array, count: number): void {
    const width = this.features.length;
    const problem = (text: string) => new ModelInputFailure({ model: this.session.id, rows: count, problem: text });
    if (!Number.isInteger(count) || count < 0 || rows.length < count * width)
      throw problem(`${rows.length} values are not ${count} rows of ${width}`);
    for (let i = 0; i < count * width; i += 1) {
      if (!Number.isFinite(rows[i])) throw problem(`${this.features[i % width] ?? '?'} of row ${Math.floor(i / width)} is not finite`);
    }
  }

  private outputFailure(rows: number, problem: string): ModelOutputFailure {
    return new ModelOutputFailure({ model: this.session.id, rows, problem });
  }

  private async warmUp(): Promise<void> {
    const width = this.features.length;
    for (const size of this.manifest.batches) await this.score(new Float32Array(size * width), size);
  }
}

const roundScore = (value: number): number => Math.round(value * 1e6) / 1e6;
