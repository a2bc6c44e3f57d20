import { GraphBuilder } from '../onnx/graph-builder.js';
import { TERMS_INPUT, VECTORS_OUTPUT, WEIGHTS_INPUT } from '../session/onnx-paper-encoder.js';

/** Word vectors at eight bits: row t of the matrix is `values[t] * scales[t]`, inverse document frequency included. */
export interface QuantisedRows {
  readonly rows: number;
  readonly dimensions: number;
  /** int8 [rows, dimensions] row-major. */
  readonly values: Int8Array;
  /** float32 [rows]. */
  readonly scales: Float32Array;
}

/** Symmetric quantisation of each row to int8: loses nothing in ranking quality and is a quarter of float32's size (findings). */
export const quantiseRows = (matrix: Float64Array, dimensions: number): QuantisedRows => {
  const rows = matrix.length / dimensions;
  const values = new Int8Array(matrix.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const cells = matrix.subarray(row * dimensions, (row + 1) * dimensions);
    let largest = 0;
    for (const cell of cells) largest = Math.max(largest, Math.abs(cell));
    const scale = largest / 127;
    scales[row] = scale;
    if (scale > 0) for (const [d, cell] of cells.entries()) values[row * dimensions + d] = Math.round(cell / scale);
  }
  return { rows, dimensions, values, scales };
};

/** Below this length a sum of word vectors counts as nothing: it keeps an empty text at zero instead of dividing by zero. */
const MIN_NORM = 1e-6;

/**
 * `vectors = normalise(sum over the paper's terms of weight * scale[term] * values[term])`.
 *
 * `terms` int32 [n, l] and `weights` float32 [n, l] in, `vectors` float32 [n, D] out. Padding has weight 0.
 */
export const encoderGraph = (words: QuantisedRows): Uint8Array => {
  const g = new GraphBuilder('broadsheet-encoder', 'Bag of words to a unit vector; word vectors in int8 with one scale a row.');
  const terms = g.input(TERMS_INPUT, 'int32', ['papers', 'terms']);
  const weights = g.input(WEIGHTS_INPUT, 'float32', ['papers', 'terms']);

  const rows = g.op('Gather', [g.int8s('word_values', [words.rows, words.dimensions], words.values), terms]);
  const scales = g.op('Gather', [g.floats('word_scales', [words.rows], words.scales), terms]);
  const strengths = g.op('Unsqueeze', [g.op('Mul', [weights, scales]), g.int64s('second_axis', [1])]);
  const sum = g.op('Squeeze', [g.op('MatMul', [strengths, g.op('Cast', [rows], { to: 1 })]), g.int64s('middle_axis', [1])]);

  const squares = g.op('ReduceSum', [g.op('Mul', [sum, sum]), g.int64s('last_axis', [1])], { keepdims: 1 });
  const norm = g.op('Max', [g.op('Sqrt', [squares]), g.floats('min_norm', [1], [MIN_NORM])]);
  g.output(VECTORS_OUTPUT, g.op('Div', [sum, norm]), 'float32', ['papers', words.dimensions]);
  return g.encode();
};
