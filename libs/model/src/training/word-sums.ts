import type { Random } from '#ranking';
import type { SparseMatrix } from './sparse-matrix.js';

/** Below this length a sum of word vectors has no direction. */
const MIN_NORM = 1e-6;

/**
 * Unit vectors of texts as sums of word vectors, and the way back: `vector = normalise(sum over the text's words of value * word)`. Keeps what the way
 * back needs from one `encode` to the next, so that a training step allocates nothing.
 */
export class WordSums {
  /** float32 [rows, dimensions]: the vectors of the last `encode`. */
  readonly vectors: Float32Array;
  readonly #norms: Float64Array;
  /** Per cell of the matrix: 1 = the word was read. */
  readonly #read: Uint8Array;
  readonly #sum: Float64Array;

  constructor(
    private readonly texts: SparseMatrix,
    private readonly dimensions: number,
  ) {
    this.vectors = new Float32Array(texts.rows * dimensions);
    this.#norms = new Float64Array(texts.rows);
    this.#read = new Uint8Array(texts.columns.length);
    this.#sum = new Float64Array(dimensions);
  }

  /** `words` float64 [columnCount, dimensions]. Each word is passed over with probability `dropout`. A text without words is the zero vector. */
  encode(words: Float64Array, dropout: number, random: Random): void {
    const { rows, starts, columns, values } = this.texts;
    const { dimensions: width } = this;
    const sum = this.#sum;
    for (let cell = 0; cell < this.#read.length; cell += 1) this.#read[cell] = dropout === 0 || random() >= dropout ? 1 : 0;
    for (let row = 0; row < rows; row += 1) {
      sum.fill(0);
      for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
        if (this.#read[at] === 0) continue;
        const value = values[at]!;
        const from = columns[at]! * width;
        for (let d = 0; d < width; d += 1) sum[d]! += value * words[from + d]!;
      }
      let squares = 0;
      for (let d = 0; d < width; d += 1) squares += sum[d]! * sum[d]!;
      const norm = Math.max(Math.sqrt(squares), MIN_NORM);
      this.#norms[row] = norm;
      for (let d = 0, to = row * width; d < width; d += 1) this.vectors[to + d] = sum[d]! / norm;
    }
  }

  /** Adds to `gradients` [columnCount, dimensions] what `slopes` [rows, dimensions], the derivative by each vector of the last `encode`, means for the words. */
  backward(slopes: ArrayLike<number>, gradients: Float64Array): void {
    const { rows, starts, columns, values } = this.texts;
    const { dimensions: width } = this;
    const through = this.#sum;
    for (let row = 0; row < rows; row += 1) {
      const from = row * width;
      const norm = this.#norms[row]!;
      if (norm <= MIN_NORM) continue;
      let along = 0;
      for (let d = 0; d < width; d += 1) along += slopes[from + d]! * this.vectors[from + d]!;
      for (let d = 0; d < width; d += 1) through[d] = (slopes[from + d]! - along * this.vectors[from + d]!) / norm;
      for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
        if (this.#read[at] === 0) continue;
        const value = values[at]!;
        const to = columns[at]! * width;
        for (let d = 0; d < width; d += 1) gradients[to + d]! += value * through[d]!;
      }
    }
  }
}
