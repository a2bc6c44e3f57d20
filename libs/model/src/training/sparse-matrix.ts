/** Rows of a sparse matrix, compressed (CSR): row r has `columns` and `values` from `starts[r]` to `starts[r + 1]`. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columnCount: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** `matrix` [rows, columnCount] times `dense` [columnCount, width], row-major float64. */
export const timesDense = ({ rows, starts, columns, values }: SparseMatrix, dense: Float64Array, width: number): Float64Array => {
  const product = new Float64Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const to = row * width;
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
      const value = values[at]!;
      const from = columns[at]! * width;
      for (let d = 0; d < width; d += 1) product[to + d]! += value * dense[from + d]!;
    }
  }
  return product;
};

/** Transposed `matrix` [columnCount, rows] times `dense` [rows, width]. */
export const transposedTimesDense = (
  { rows, columnCount, starts, columns, values }: SparseMatrix,
  dense: Float64Array,
  width: number,
): Float64Array => {
  const product = new Float64Array(columnCount * width);
  for (let row = 0; row < rows; row += 1) {
    const from = row * width;
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
      const value = values[at]!;
      const to = columns[at]! * width;
      for (let d = 0; d < width; d += 1) product[to + d]! += value * dense[from + d]!;
    }
  }
  return product;
};
