import fc from 'fast-check';
import { shapleyByPermutation } from './contributions.js';

const WIDTH = 4;
const near = (x: number): unknown => expect.closeTo(x, 6);
const rowsOf = (rows: Float32Array): number[][] =>
  Array.from({ length: rows.length / WIDTH }, (_, i) => [...rows.subarray(i * WIDTH, (i + 1) * WIDTH)]);

describe('shapleyByPermutation', () => {
  it('gives a linear model back its weights times the distance from the mean', async () => {
    const weights = [2, -1, 0, 0.5];
    const linear = (rows: Float32Array): Promise<number[]> =>
      Promise.resolve(rowsOf(rows).map((row) => row.reduce((sum, x, i) => sum + x * weights[i]!, 3)));
    const all = Float32Array.from([1, 2, 3, 4, 3, 2, 1, 0]);
    const { baseline, values } = await shapleyByPermutation(all, WIDTH, [1], linear);
    expect(baseline).toBeCloseTo(3 + 2 * 2 - 2 + 0.5 * 2, 6);
    expect([...values[0]!]).toEqual([2 * 1, 0, 0, 0.5 * -2].map(near));
  });

  it('halves the credit of two features that only count together', async () => {
    const product = (rows: Float32Array): Promise<number[]> => Promise.resolve(rowsOf(rows).map(([a, b]) => a! * b!));
    const { values } = await shapleyByPermutation(Float32Array.from([-1, -1, 0, 0, 1, 1, 0, 0]), WIDTH, [1], product);
    expect([...values[0]!]).toEqual([0.5, 0.5, 0, 0].map(near));
  });

  it('always adds up to score - baseline, in one call, whatever the model', async () => {
    const number = fc.float({ min: -8, max: 8, noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number, number, number), { minLength: 1, maxLength: 8 }), async (list) => {
        let calls = 0;
        const odd = (rows: Float32Array): Promise<number[]> => {
          calls++;
          return Promise.resolve(rowsOf(rows).map(([a, b, c, d]) => Math.tanh(a! * b! - c!) + Math.max(0, c! * d!)));
        };
        const all = Float32Array.from(list.flat());
        const { baseline, values } = await shapleyByPermutation(
          all,
          WIDTH,
          list.map((_, i) => i),
          odd,
        );
        expect(calls).toBe(1);
        const scores = await odd(all);
        values.forEach((credits, i) => expect(baseline + credits.reduce((sum, x) => sum + x, 0)).toBeCloseTo(scores[i]!, 4));
      }),
    );
  });
});
