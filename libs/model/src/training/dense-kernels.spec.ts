import { seededRandom } from '#ranking';
import { addWeightGradients, timesTransposedWeights, timesWeights } from './dense-kernels.js';

const numbers = (length: number, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, () => (random() < 0.3 ? 0 : random() - 0.5));
};

/** Sizes that are and are not multiples of the blocks. */
describe.each([
  [1, 1, 1],
  [4, 8, 4],
  [5, 7, 3],
  [11, 45, 64],
])('dense kernels on %i rows of %i inputs and %i outputs', (rows, inputs, outputs) => {
  const [input, weights, bias, slopes] = [
    numbers(rows * inputs, 1),
    numbers(inputs * outputs, 2),
    numbers(outputs, 3),
    numbers(rows * outputs, 4),
  ];
  const places = (length: number): number[] => Array.from({ length }, (_, place) => place);

  it('equal the sums that define them', () => {
    const output = new Float64Array(rows * outputs);
    timesWeights(input, rows, inputs, outputs, weights, bias, output);
    const before = new Float64Array(rows * inputs);
    timesTransposedWeights(slopes, rows, inputs, outputs, weights, before);
    const [gradients, biasGradients] = [numbers(inputs * outputs, 5), numbers(outputs, 6)];
    const [had, biasHad] = [gradients.slice(), biasGradients.slice()];
    addWeightGradients(input, slopes, rows, inputs, outputs, gradients, biasGradients);
    for (const o of places(outputs)) {
      for (const r of places(rows))
        expect(output[r * outputs + o]).toBeCloseTo(
          places(inputs).reduce((sum, i) => sum + input[r * inputs + i]! * weights[i * outputs + o]!, bias[o]!),
          12,
        );
      for (const i of places(inputs))
        expect(gradients[i * outputs + o]).toBeCloseTo(
          places(rows).reduce((sum, r) => sum + input[r * inputs + i]! * slopes[r * outputs + o]!, had[i * outputs + o]!),
          12,
        );
      expect(biasGradients[o]).toBeCloseTo(
        places(rows).reduce((sum, r) => sum + slopes[r * outputs + o]!, biasHad[o]!),
        12,
      );
    }
    for (const r of places(rows))
      for (const i of places(inputs))
        expect(before[r * inputs + i]).toBeCloseTo(
          places(outputs).reduce((sum, o) => sum + slopes[r * outputs + o]! * weights[i * outputs + o]!, 0),
          12,
        );
  });
});
