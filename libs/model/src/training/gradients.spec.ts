import { listwiseSoftmax } from './listwise-softmax.js';
import { MonotoneNet } from './monotone-net.js';
import { Perceptron } from './perceptron.js';
import { seededRandom } from '#ranking';
import { gaussian } from './random.js';
import type { Trainable } from './adam.js';
import { tweedie } from './tweedie.js';

const STEP = 1e-5;

/** Central differences of `loss` by every weight, beside the gradients that the backward pass left. */
const expectGradients = (groups: readonly Trainable[], loss: () => number): void => {
  for (const { values, gradients } of groups) {
    for (let i = 0; i < values.length; i += 1) {
      const there = values[i]!;
      values[i] = there + STEP;
      const above = loss();
      values[i] = there - STEP;
      const below = loss();
      values[i] = there;
      const numeric = (above - below) / (2 * STEP);
      expect(Math.abs(gradients[i]! - numeric)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(numeric)));
    }
  }
};

const normals = (length: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => gaussian(random));
};

describe('hand-derived gradients', () => {
  it('of the perceptron under the listwise loss equal the differences', () => {
    const net = new Perceptron([5, 7, 4, 1], seededRandom(1));
    const z = normals(6 * 5, 2);
    const wanted = [0, 1, 0, 0, 1, 0];
    const scores = () => net.forward(z, 0, 6);
    const activations = scores();
    net.backward(activations, listwiseSoftmax(activations.values.at(-1)!, wanted).slopes);
    expectGradients(net.groups, () => listwiseSoftmax(scores().values.at(-1)!, wanted).loss);
  });

  it('of the monotone net under the Tweedie loss equal the differences', () => {
    const net = new MonotoneNet([5, 6, 6, 3], Uint8Array.of(1, 0, 1, 0, 0), seededRandom(3));
    const z = normals(4 * 5, 4);
    const gains = [0, 3, 1, 10, 0.5, 2, 0, 0, 7, 1, 1, 4];
    const scores = () => net.forward(z, 0, 4);
    const pass = scores();
    net.backward(
      pass,
      pass.scores.map((score, at) => tweedie(score, gains[at]!, 1.4).slope),
    );
    expectGradients(net.groups, () => scores().scores.reduce((sum, score, at) => sum + tweedie(score, gains[at]!, 1.4).loss, 0));
  });

  it('of the listwise loss equal the differences, also for graded gains', () => {
    const scores = Float64Array.of(0.3, -1, 2, 0);
    const gains = [2, 0, 1, 5];
    const { slopes } = listwiseSoftmax(scores, gains);
    expectGradients([{ values: scores, gradients: slopes }], () => listwiseSoftmax(scores, gains).loss);
  });
});

describe('Perceptron', () => {
  it.each([{ widths: [4, 3, 2, 1] }, { widths: [4, 1] }])('answers the mean of several nets of $widths as one', ({ widths }) => {
    const nets = [21, 22, 23].map((seed) => new Perceptron(widths, seededRandom(seed)));
    for (const { groups } of nets)
      for (const { values } of groups) values.forEach((value, i) => (values[i] = value + Math.sin(i + 1) / 10));
    const z = normals(5 * 4, 24);
    const answersOf = (net: Perceptron): Float64Array => net.forward(z, 0, 5).values.at(-1)!;
    const expected = Array.from({ length: 5 }, (_, row) => nets.reduce((sum, net) => sum + answersOf(net)[row]! / 3, 0));
    answersOf(Perceptron.mean(nets)).forEach((value, row) => expect(value).toBeCloseTo(expected[row]!, 12));
  });
});

describe('MonotoneNet', () => {
  it('answers the mean of several nets as one', () => {
    const nets = [11, 12, 13].map((seed) => new MonotoneNet([4, 5, 7, 2], Uint8Array.of(1, 0, 1, 0), seededRandom(seed)));
    const whole = MonotoneNet.mean(nets);
    const row = normals(4, 14);
    const answerOf = (net: MonotoneNet): Float64Array => net.forward(row, 0, 1).scores;
    const expected = [0, 1].map((head) => nets.reduce((sum, net) => sum + answerOf(net)[head]! / 3, 0));
    answerOf(whole).forEach((value, head) => expect(value).toBeCloseTo(expected[head]!, 12));
  });

  it('never falls in a rising column, whatever was learned', () => {
    const random = seededRandom(7);
    const net = new MonotoneNet([4, 9, 8, 2], Uint8Array.of(1, 0, 1, 0), random);
    for (const { values } of net.groups) values.forEach((_, i) => (values[i] = gaussian(random)));
    net.project();
    for (let round = 0; round < 300; round += 1) {
      const row = normals(4, round);
      const before = net.forward(row, 0, 1).scores;
      row[round % 2 === 0 ? 0 : 2]! += Math.abs(gaussian(random));
      net.forward(row, 0, 1).scores.forEach((value, head) => expect(value).toBeGreaterThanOrEqual(before[head]! - 1e-12));
    }
  });
});
