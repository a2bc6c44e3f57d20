/**
 * The three products of a dense layer, on row-major float64 arrays. Rows or inputs are taken several at a time: each number that is loaded is then used
 * several times, which in plain JavaScript is worth a factor of two to three.
 */

/** `output[rows, outputs] = input[rows, inputs] * weights[inputs, outputs] + bias`. */
export const timesWeights = (
  input: Float64Array,
  rows: number,
  inputs: number,
  outputs: number,
  weights: Float64Array,
  bias: Float64Array,
  output: Float64Array,
): void => {
  const whole = inputs - (inputs % 4);
  for (let r = 0; r < rows; r += 1) {
    const from = r * inputs;
    const to = r * outputs;
    for (let o = 0; o < outputs; o += 1) output[to + o] = bias[o]!;
    for (let i = 0; i < whole; i += 4) {
      const [a, b, c, d] = [input[from + i]!, input[from + i + 1]!, input[from + i + 2]!, input[from + i + 3]!];
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      const w = i * outputs;
      for (
        let o = 0, wa = w, wb = w + outputs, wc = wb + outputs, wd = wc + outputs;
        o < outputs;
        o += 1, wa += 1, wb += 1, wc += 1, wd += 1
      )
        output[to + o]! += a * weights[wa]! + b * weights[wb]! + c * weights[wc]! + d * weights[wd]!;
    }
    for (let i = whole; i < inputs; i += 1) {
      const value = input[from + i]!;
      for (let o = 0; o < outputs; o += 1) output[to + o]! += value * weights[i * outputs + o]!;
    }
  }
};

/** `gradients[inputs, outputs] += transposed(input[rows, inputs]) * slopes[rows, outputs]`, and the column sums of `slopes` to `biasGradients`. */
export const addWeightGradients = (
  input: Float64Array,
  slopes: Float64Array,
  rows: number,
  inputs: number,
  outputs: number,
  gradients: Float64Array,
  biasGradients: Float64Array,
): void => {
  for (let at = 0; at < rows * outputs;) for (let o = 0; o < outputs; o += 1, at += 1) biasGradients[o]! += slopes[at]!;
  const whole = rows - (rows % 4);
  for (let r = 0; r < whole; r += 4) {
    for (let i = 0, x = r * inputs; i < inputs; i += 1, x += 1) {
      const [a, b, c, d] = [input[x]!, input[x + inputs]!, input[x + 2 * inputs]!, input[x + 3 * inputs]!];
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      const s = r * outputs;
      const g = i * outputs;
      for (
        let o = 0, sa = s, sb = s + outputs, sc = sb + outputs, sd = sc + outputs;
        o < outputs;
        o += 1, sa += 1, sb += 1, sc += 1, sd += 1
      )
        gradients[g + o]! += a * slopes[sa]! + b * slopes[sb]! + c * slopes[sc]! + d * slopes[sd]!;
    }
  }
  for (let r = whole; r < rows; r += 1) {
    for (let i = 0; i < inputs; i += 1) {
      const value = input[r * inputs + i]!;
      for (let o = 0; o < outputs; o += 1) gradients[i * outputs + o]! += value * slopes[r * outputs + o]!;
    }
  }
};

/** `before[rows, inputs] = slopes[rows, outputs] * transposed(weights[inputs, outputs])`. */
export const timesTransposedWeights = (
  slopes: Float64Array,
  rows: number,
  inputs: number,
  outputs: number,
  weights: Float64Array,
  before: Float64Array,
): void => {
  const whole = inputs - (inputs % 4);
  for (let r = 0; r < rows; r += 1) {
    const from = r * outputs;
    const to = r * inputs;
    for (let i = 0; i < whole; i += 4) {
      let [a, b, c, d] = [0, 0, 0, 0];
      const w = i * outputs;
      for (
        let o = 0, wa = w, wb = w + outputs, wc = wb + outputs, wd = wc + outputs;
        o < outputs;
        o += 1, wa += 1, wb += 1, wc += 1, wd += 1
      ) {
        const slope = slopes[from + o]!;
        a += slope * weights[wa]!;
        b += slope * weights[wb]!;
        c += slope * weights[wc]!;
        d += slope * weights[wd]!;
      }
      before[to + i] = a;
      before[to + i + 1] = b;
      before[to + i + 2] = c;
      before[to + i + 3] = d;
    }
    for (let i = whole; i < inputs; i += 1) {
      let sum = 0;
      for (let o = 0; o < outputs; o += 1) sum += slopes[from + o]! * weights[i * outputs + o]!;
      before[to + i] = sum;
    }
  }
};
