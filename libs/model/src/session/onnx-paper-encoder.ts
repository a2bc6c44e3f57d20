import { Tensor } from './onnx-runtime.js';
import type { PaperEncoder } from '#ranking';
import { ModelGoldenFailure, ModelManifestFailure, ModelOutputFailure } from '../failures.js';
import { GOLDEN_TOLERANCE } from '../manifest/manifest.js';
import type { Manifest } from '../manifest/manifest.js';
import { readModelFolder } from '../manifest/model-folder.js';
import type { ModelFolder } from '../manifest/model-folder.js';
import { MAX_TERMS, encoderFeatures, knownTerms } from './encoder-terms.js';
import { ModelSession, largestDifference } from './model-session.js';
import { paddedBatches } from './padded-batches.js';
import type { PaddedBatch } from './padded-batches.js';

export const VOCABULARY_FILE = 'vocab.txt';
export const TERMS_INPUT = 'terms';
export const WEIGHTS_INPUT = 'weights';
export const VECTORS_OUTPUT = 'vectors';

interface Text {
  readonly title: string;
  readonly abstract: string;
}

interface Buffers {
  readonly terms: Int32Array;
  readonly weights: Float32Array;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/**
 * Turns title and abstract into a unit-norm vector with an ONNX graph over the paper's words.
 *
 * In the graph: `terms` int32 [n, 256] ids into the vocabulary and `weights` float32 [n, 256] (0 = padding), out `vectors`
 * float32 [n, D], each of length 1, or all zero for a text without a known word. Runs a few papers at a time, since each run
 * holds the event loop; some 0.3 ms for eight papers.
 */
export class OnnxPaperEncoder implements PaperEncoder {
  readonly #buffers: ReadonlyMap<number, Buffers>;

  private constructor(
    private readonly session: ModelSession,
    private readonly vocabulary: ReadonlyMap<string, number>,
    readonly dimensions: number,
  ) {
    this.#buffers = new Map(this.manifest.batches.map((size) => [size, makeBuffers(size)]));
  }

  /**
   * Loads, checks and warms up the encoder in `directory`.
   * @throws a Failure of `failures.ts` that says which check it did not pass; none of them is retryable.
   */
  static async load(directory: string): Promise<OnnxPaperEncoder> {
    const folder = await readModelFolder(directory);
    const vocabulary = readVocabulary(folder);
    const dimensions = folder.manifest.outputs[0]?.shape[1];
    if (typeof dimensions !== 'number')
      throw new ModelManifestFailure({ directory, problem: 'the vectors have no fixed number of dimensions' });
    const session = await ModelSession.open(folder, {
      kind: 'encoder',
      features: encoderFeatures,
      inputs: [TERMS_INPUT, WEIGHTS_INPUT],
      outputs: [VECTORS_OUTPUT],
    });
    try {
      const encoder = new OnnxPaperEncoder(session, vocabulary, dimensions);
      await encoder.checkGoldenTexts();
      await encoder.warmUp();
      return encoder;
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

  /** @throws {ModelOutputFailure} a vector is not finite, or the run failed. */
  async encode(papers: readonly Text[]): Promise<readonly Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const batch of paddedBatches(papers.length, this.manifest.batches)) {
      vectors.push(...(await this.session.exclusively(async () => this.encodeBatch(papers, batch))));
    }
    return vectors;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async encodeBatch(papers: readonly Text[], { start, rows, size }: PaddedBatch): Promise<Float32Array[]> {
    const buffers = this.#buffers.get(size);
    if (buffers === undefined) throw new RangeError(`no buffer of ${size} papers`);
    buffers.terms.fill(0);
    buffers.weights.fill(0);
    for (const [row, paper] of papers.slice(start, start + rows).entries()) {
      const { ids, weights } = knownTerms(paper, this.vocabulary);
      buffers.terms.set(ids, row * MAX_TERMS);
      buffers.weights.set(weights, row * MAX_TERMS);
    }
    const { [VECTORS_OUTPUT]: output } = await this.session.run(buffers.feeds, rows);
    const values = output?.data;
    if (!(values instanceof Float32Array) || values.length !== size * this.dimensions)
      throw this.outputFailure(rows, 'another number of values');
    if (!values.every(Number.isFinite)) throw this.outputFailure(rows, 'a vector that is not finite');
    return Array.from({ length: rows }, (_, row) => values.slice(row * this.dimensions, (row + 1) * this.dimensions));
  }

  private async checkGoldenTexts(): Promise<void> {
    for (const [index, golden] of this.manifest.goldenTexts.entries()) {
      const [vector] = await this.encode([golden]);
      const difference = largestDifference(golden.vector, vector ?? []);
      if (difference > GOLDEN_TOLERANCE) {
        throw new ModelGoldenFailure({
          model: this.session.id,
          vector: index,
          output: 'vector of a text',
          difference,
          tolerance: GOLDEN_TOLERANCE,
        });
      }
    }
  }

  private async warmUp(): Promise<void> {
    for (const size of this.manifest.batches) await this.encode(Array.from({ length: size }, () => ({ title: '', abstract: '' })));
  }

  private outputFailure(rows: number, problem: string): ModelOutputFailure {
    return new ModelOutputFailure({ model: this.session.id, rows, problem });
  }
}

const makeBuffers = (size: number): Buffers => {
  const terms = new Int32Array(size * MAX_TERMS);
  const weights = new Float32Array(size * MAX_TERMS);
  const dims = [size, MAX_TERMS];
  return {
    terms,
    weights,
    feeds: { [TERMS_INPUT]: new Tensor('int32', terms, dims), [WEIGHTS_INPUT]: new Tensor('float32', weights, dims) },
  };
};

/** One term a line; the line's number is the term's id. */
const readVocabulary = ({ directory, files }: ModelFolder): ReadonlyMap<string, number> => {
  const bytes = files.get(VOCABULARY_FILE);
  if (bytes === undefined) throw new ModelManifestFailure({ directory, problem: `files does not name ${VOCABULARY_FILE}` });
  const lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
  return new Map(lines.map((term, id) => [term, id]));
};
