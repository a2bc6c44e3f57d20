/**
 * Ridge regression from sums alone, so that rows can stream by: keeps `X'X` and `X'y` of a model with an intercept (not shrunk) and `width` columns.
 * Source: Hoerl and Kennard, Technometrics 1970.
 */
export class NormalEquations {
  private readonly size: number;
  private readonly squares: Float64Array;
  private readonly products: Float64Array;

  constructor(readonly width: number) {
    this.size = width + 1;
    this.squares = new Float64Array(this.size ** 2);
    this.products = new Float64Array(this.size);
  }

  /** A row of ones in `columns` (and zeros else), as one-hot groups give. */
  add(columns: readonly number[], target: number): void {
    const active = [0, ...columns.map((column) => column + 1)];
    for (const row of active) {
      this.products[row]! += target;
      for (const column of active) this.squares[row * this.size + column]! += 1;
    }
  }

  /** What the regression expects of a row. @param lambda > 0: pulls weights of rare columns to the intercept. */
  solved(lambda: number): (columns: readonly number[]) => number {
    const weights = solve(this.shrunk(lambda), this.products);
    return (columns) => columns.reduce((sum, column) => sum + weights[column + 1]!, weights[0]!);
  }

  private shrunk(lambda: number): Float64Array {
    const matrix = this.squares.slice();
    // Without a row the intercept would have nothing to stand on.
    matrix[0]! += Number.EPSILON;
    for (let at = 1; at < this.size; at++) matrix[at * this.size + at]! += lambda;
    return matrix;
  }
}

/** Solves a symmetric positive definite system by Cholesky's factors. @param matrix [n, n] row-major, overwritten. */
const solve = (matrix: Float64Array, right: Float64Array): Float64Array => {
  const n = right.length;
  const at = (row: number, column: number): number => matrix[row * n + column]!;
  for (let column = 0; column < n; column++)
    for (let row = column; row < n; row++) {
      let rest = at(row, column);
      for (let k = 0; k < column; k++) rest -= at(row, k) * at(column, k);
      matrix[row * n + column] = row === column ? Math.sqrt(Math.max(rest, Number.EPSILON)) : rest / at(column, column);
    }
  const solution = right.slice();
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < row; k++) solution[row]! -= at(row, k) * solution[k]!;
    solution[row]! /= at(row, row);
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) solution[row]! -= at(k, row) * solution[k]!;
    solution[row]! /= at(row, row);
  }
  return solution;
};
