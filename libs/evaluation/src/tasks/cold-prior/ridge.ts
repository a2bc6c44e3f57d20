/** Rows of a sparse matrix: row r has `columns` and `values` from `starts[r]` to `starts[r + 1]`. */
export interface SparseRows {
  readonly width: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

const MAX_STEPS = 200;
const ENOUGH = 1e-8;

/**
 * Weights [width] that minimise `|rows w - targets|^2 + lambda |w|^2`, by conjugate gradients on the normal equations, without ever making their matrix.
 * Source: Hestenes and Stiefel, 1952; ridge regression, Hoerl and Kennard, 1970.
 */
export const ridge = (rows: SparseRows, targets: Float64Array, lambda: number): Float64Array => {
  const weights = new Float64Array(rows.width);
  const rest = transposedTimes(rows, targets);
  const direction = rest.slice();
  let size = dot(rest, rest);
  const enough = size * ENOUGH ** 2;
  for (let step = 0; step < MAX_STEPS && size > enough; step += 1) {
    const bent = transposedTimes(rows, times(rows, direction));
    for (let i = 0; i < bent.length; i += 1) bent[i]! += lambda * direction[i]!;
    const length = size / dot(direction, bent);
    for (let i = 0; i < weights.length; i += 1) {
      weights[i]! += length * direction[i]!;
      rest[i]! -= length * bent[i]!;
    }
    const next = dot(rest, rest);
    for (let i = 0; i < direction.length; i += 1) direction[i] = rest[i]! + (next / size) * direction[i]!;
    size = next;
  }
  return weights;
};

/** `rows` times `weights`, one number a row. */
export const times = ({ starts, columns, values }: SparseRows, weights: Float64Array): Float64Array => {
  const product = new Float64Array(starts.length - 1);
  for (let row = 0; row < product.length; row += 1) {
    let sum = 0;
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) sum += values[at]! * weights[columns[at]!]!;
    product[row] = sum;
  }
  return product;
};

const transposedTimes = ({ width, starts, columns, values }: SparseRows, targets: Float64Array): Float64Array => {
  const product = new Float64Array(width);
  for (let row = 0; row < targets.length; row += 1)
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) product[columns[at]!]! += values[at]! * targets[row]!;
  return product;
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
};
