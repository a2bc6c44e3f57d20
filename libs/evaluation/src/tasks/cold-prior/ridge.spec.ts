import { ridge, times } from './ridge.js';
import type { SparseRows } from './ridge.js';
import { wordRows } from './word-rows.js';

/** [1 0 2; 0 3 0; 1 1 0; 0 0 1] */
const rows: SparseRows = {
  width: 3,
  starts: Int32Array.of(0, 2, 3, 5, 6),
  columns: Int32Array.of(0, 2, 1, 0, 1, 2),
  values: Float64Array.of(1, 2, 3, 1, 1, 1),
};
const targets = Float64Array.of(1, -2, 0.5, 3);

const lossAt = (weights: Float64Array, lambda: number): number =>
  times(rows, weights).reduce((sum, value, row) => sum + (value - targets[row]!) ** 2, 0) +
  lambda * weights.reduce((sum, weight) => sum + weight ** 2, 0);

describe('ridge', () => {
  it.each([0.01, 1, 50])('finds the bottom of the loss at lambda %p', (lambda) => {
    const weights = ridge(rows, targets, lambda);
    const bottom = lossAt(weights, lambda);
    for (const column of [0, 1, 2])
      for (const step of [-0.01, 0.01]) {
        const moved = weights.slice();
        moved[column]! += step;
        expect(lossAt(moved, lambda)).toBeGreaterThan(bottom);
      }
  });

  it('says nothing when told nothing', () => {
    expect([...ridge(rows, new Float64Array(4), 1)]).toEqual([0, 0, 0]);
  });
});

describe('wordRows', () => {
  it('makes rows of length one over words that three texts know, and none of other words', () => {
    const texts = ['graph attention', 'graph diffusion', 'graph robots', 'attention', 'attention diffusion'].map((title) => ({
      title,
      abstract: '',
    }));
    const toRows = wordRows(texts);
    const { width, starts, values } = toRows([...texts, { title: 'robots', abstract: 'unheard of' }]);
    expect(width).toBe(2);
    expect([...starts]).toEqual([0, 2, 3, 4, 5, 6, 6]);
    expect(Math.hypot(values[0]!, values[1]!)).toBeCloseTo(1, 9);
    expect(values[2]).toBeCloseTo(1, 9);
  });
});
