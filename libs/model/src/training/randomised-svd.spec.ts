import { orthonormalise, randomisedSvd, symmetricEigen } from './randomised-svd.js';
import { seededRandom } from '#ranking';
import { gaussian } from './random.js';
import type { SparseMatrix } from './sparse-matrix.js';

const sparse = (dense: readonly (readonly number[])[]): SparseMatrix => {
  const columns: number[] = [];
  const values: number[] = [];
  const starts = [0];
  for (const row of dense) {
    row.forEach((value, column) => {
      if (value === 0) return;
      columns.push(column);
      values.push(value);
    });
    starts.push(columns.length);
  }
  return {
    rows: dense.length,
    columnCount: dense[0]?.length ?? 0,
    starts: Int32Array.from(starts),
    columns: Int32Array.from(columns),
    values: Float32Array.from(values),
  };
};

describe('randomisedSvd', () => {
  it('finds the singular values and directions of a matrix built from known ones', () => {
    const random = seededRandom(1);
    const [rows, columns, rank] = [60, 40, 3];
    const left = orthonormalise(
      Float64Array.from({ length: rows * rank }, () => gaussian(random)),
      rank,
    );
    const right = orthonormalise(
      Float64Array.from({ length: columns * rank }, () => gaussian(random)),
      rank,
    );
    const known = [9, 4, 1.5];
    const matrix = sparse(
      Array.from({ length: rows }, (_, r) =>
        Array.from({ length: columns }, (__, c) =>
          known.reduce((sum, value, k) => sum + value * left[r * rank + k]! * right[c * rank + k]!, 0),
        ),
      ),
    );
    const { vectors, singularValues } = randomisedSvd(matrix, rank, seededRandom(2));
    known.forEach((value, k) => {
      expect(singularValues[k]).toBeCloseTo(value, 4);
      const cosine = Array.from({ length: columns }, (_, c) => vectors[c * rank + k]! * right[c * rank + k]!).reduce(
        (sum, part) => sum + part,
        0,
      );
      expect(Math.abs(cosine)).toBeCloseTo(1, 5);
    });
  });

  it('gives the same bits for the same seed', () => {
    const matrix = sparse([
      [1, 0, 2],
      [0, 3, 1],
      [2, 2, 0],
    ]);
    expect(randomisedSvd(matrix, 2, seededRandom(5))).toEqual(randomisedSvd(matrix, 2, seededRandom(5)));
  });
});

describe('symmetricEigen', () => {
  it('finds eigenvalues in descending order with their vectors', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
    expect(Math.abs(vectors[0]!)).toBeCloseTo(Math.SQRT1_2, 12);
  });
});
