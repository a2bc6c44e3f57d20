import { gaussian } from './random.js';
import type { Random } from '#ranking';
import { timesDense, transposedTimesDense } from './sparse-matrix.js';
import type { SparseMatrix } from './sparse-matrix.js';

/** The leading right singular vectors of a matrix. */
export interface RightSingular {
  /** float64 [columnCount, dimensions] row-major; columns are orthonormal. */
  readonly vectors: Float64Array;
  /** Descending. */
  readonly singularValues: Float64Array;
}

/** Columns computed beyond those asked for: makes the last ones accurate. */
const OVERSAMPLING = 16;
/** Subspace iterations; text matrices have slowly falling singular values and need a few. */
const ITERATIONS = 5;

/**
 * Truncated SVD by random projection and subspace iteration.
 * Source: Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 2011, algorithm 4.4.
 */
export const randomisedSvd = (
  matrix: SparseMatrix,
  dimensions: number,
  random: Random,
  said: (text: string) => void = () => undefined,
): RightSingular => {
  const width = Math.min(dimensions + OVERSAMPLING, matrix.rows, matrix.columnCount);
  let basis: Float64Array = Float64Array.from({ length: matrix.columnCount * width }, () => gaussian(random));
  for (let iteration = 1; iteration <= ITERATIONS; iteration += 1) {
    const left = orthonormalise(timesDense(matrix, basis, width), width);
    basis = orthonormalise(transposedTimesDense(matrix, left, width), width);
    said(`svd iteration ${iteration} of ${ITERATIONS}`);
  }
  const projected = timesDense(matrix, basis, width);
  const { values, vectors } = symmetricEigen(gram(projected, width), width);
  return {
    vectors: rotate(basis, vectors, width, dimensions),
    singularValues: values.slice(0, dimensions).map((value) => Math.sqrt(Math.max(0, value))),
  };
};

/** Orthonormal columns of the same span (modified Gram and Schmidt, twice for accuracy), in place. `columns` is [n, width] row-major. */
export const orthonormalise = (columns: Float64Array, width: number): Float64Array => {
  const n = columns.length / width;
  for (let j = 0; j < width; j += 1) {
    for (let pass = 0; pass < 2; pass += 1) removeEarlierColumns(columns, n, width, j);
    let square = 0;
    for (let i = 0; i < n; i += 1) square += columns[i * width + j]! ** 2;
    const scale = square > 1e-30 ? 1 / Math.sqrt(square) : 0;
    for (let i = 0; i < n; i += 1) columns[i * width + j]! *= scale;
  }
  return columns;
};

/** Takes from column j its part along columns 0 to j-1. Row by row, since the matrix lies that way in memory. */
const removeEarlierColumns = (columns: Float64Array, n: number, width: number, j: number): void => {
  const dots = new Float64Array(j);
  for (let i = 0; i < n; i += 1) {
    const cell = columns[i * width + j]!;
    for (let k = 0; k < j; k += 1) dots[k]! += columns[i * width + k]! * cell;
  }
  for (let i = 0; i < n; i += 1) {
    let part = 0;
    for (let k = 0; k < j; k += 1) part += dots[k]! * columns[i * width + k]!;
    columns[i * width + j]! -= part;
  }
};

/** Transposed(m) times m, for m [n, width]. */
const gram = (m: Float64Array, width: number): Float64Array => {
  const product = new Float64Array(width * width);
  for (let row = 0; row < m.length; row += width) {
    for (let i = 0; i < width; i += 1) {
      const cell = m[row + i]!;
      for (let j = 0; j < width; j += 1) product[i * width + j]! += cell * m[row + j]!;
    }
  }
  return product;
};

/** `basis` [n, width] times the first `kept` columns of `rotation` [width, width]. */
const rotate = (basis: Float64Array, rotation: Float64Array, width: number, kept: number): Float64Array => {
  const n = basis.length / width;
  const rotated = new Float64Array(n * kept);
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < width; k += 1) {
      const cell = basis[i * width + k]!;
      for (let j = 0; j < Math.min(kept, width); j += 1) rotated[i * kept + j]! += cell * rotation[k * width + j]!;
    }
  }
  return rotated;
};

/** Eigenvalues, descending, and eigenvectors (as columns) of a symmetric matrix, by cyclic Jacobi rotations. */
export const symmetricEigen = (matrix: Float64Array, n: number): { readonly values: Float64Array; readonly vectors: Float64Array } => {
  const a = Float64Array.from(matrix);
  const v = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const scale = a.reduce((sum, cell) => sum + cell * cell, 0);
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 1e-22 * scale; sweep += 1) {
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) jacobiRotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!);
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]!),
    vectors: Float64Array.from({ length: n * n }, (_, at) => v[Math.floor(at / n) * n + order[at % n]!]!),
  };
};

const offDiagonal = (a: Float64Array, n: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i += 1) for (let j = i + 1; j < n; j += 1) sum += 2 * a[i * n + j]! ** 2;
  return sum;
};

const jacobiRotate = (a: Float64Array, v: Float64Array, n: number, p: number, q: number): void => {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k += 1) {
    const akp = a[k * n + p]!;
    const akq = a[k * n + q]!;
    a[k * n + p] = c * akp - s * akq;
    a[k * n + q] = s * akp + c * akq;
  }
  for (let k = 0; k < n; k += 1) {
    const apk = a[p * n + k]!;
    const aqk = a[q * n + k]!;
    a[p * n + k] = c * apk - s * aqk;
    a[q * n + k] = s * apk + c * aqk;
    const vkp = v[k * n + p]!;
    const vkq = v[k * n + q]!;
    v[k * n + p] = c * vkp - s * vkq;
    v[k * n + q] = s * vkp + c * vkq;
  }
};
