import fc from 'fast-check';
import { NormalEquations } from './normal-equations.js';

const rows = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 3, max: 5 }), fc.integer({ min: -9, max: 9 })), {
  minLength: 1,
  maxLength: 40,
});

describe('NormalEquations', () => {
  it('expects the mean of each group when hardly shrunk, and towards the intercept when shrunk much', () => {
    const sums = new NormalEquations(2);
    for (const target of [1, 2, 3]) sums.add([0], target);
    for (const target of [10, 12]) sums.add([1], target);
    expect(sums.solved(1e-9)([0])).toBeCloseTo(2, 6);
    expect(sums.solved(1e-9)([1])).toBeCloseTo(11, 6);
    expect(sums.solved(1e9)([1])).toBeCloseTo(28 / 5, 6);
  });

  it('has no gradient left: residuals of each column add up to lambda times its weight', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.1, max: 10, noNaN: true }), (list, lambda) => {
        const sums = new NormalEquations(6);
        for (const [first, second, target] of list) sums.add([first, second], target);
        const expected = sums.solved(lambda);
        const rest = list.reduce((sum, [first, second, target]) => sum + target - expected([first, second]), 0);
        expect(rest).toBeCloseTo(0, 6);
        for (let column = 0; column < 6; column++) {
          const weight = expected([column]) - expected([]);
          const left = list
            .filter(([first, second]) => first === column || second === column)
            .reduce((sum, [first, second, target]) => sum + target - expected([first, second]), 0);
          expect(left).toBeCloseTo(lambda * weight, 6);
        }
      }),
    );
  });
});
