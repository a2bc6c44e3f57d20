import { InferenceSession, Tensor } from '../../session/onnx-runtime.js';
import { seededRandom } from '#ranking';
import { GradientGraph } from './gradient-graph.js';
import type { Term } from './gradient-graph.js';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Largest difference between our derivatives and numerical ones, over all cells of all inputs. */
const worstError = async (shapes: Shapes, build: (g: GradientGraph, inputs: Readonly<Record<string, Term>>) => Term): Promise<number> => {
  const g = new GradientGraph('test');
  const terms = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, g.input(name, shape, true)]));
  const session = await InferenceSession.create(g.minimise(build(g, terms)), { intraOpNumThreads: 1 });
  const random = seededRandom(5);
  const values = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * 2 - 1),
    ]),
  );
  const run = async () =>
    session.run(Object.fromEntries(Object.entries(values).map(([name, data]) => [name, new Tensor('float32', data, shapes[name])])));
  const answers = await run();
  const step = 2 ** -7;
  let worst = 0;
  for (const [name, data] of Object.entries(values)) {
    const slopes = answers[`${name}_slope`]!.data as Float32Array;
    for (let at = 0; at < data.length; at += 1) {
      const here = data[at]!;
      data[at] = here + step;
      const above = (await run())['loss']!.data[0] as number;
      data[at] = here - step;
      const below = (await run())['loss']!.data[0] as number;
      data[at] = here;
      worst = Math.max(worst, Math.abs((above - below) / (2 * step) - slopes[at]!));
    }
  }
  await session.release();
  return worst;
};

/** Squares make the slope that comes back depend on every cell. */
const squared = (g: GradientGraph, term: Term): Term => g.multiply(term, term);

describe('GradientGraph', () => {
  it.each<{ why: string; shapes: Shapes; build: Parameters<typeof worstError>[1] }>([
    { why: 'sums with broadcasting', shapes: { a: [2, 3, 4], b: [3, 1] }, build: (g, { a, b }) => squared(g, g.add(a!, b!)) },
    { why: 'products with broadcasting', shapes: { a: [2, 1, 4], b: [3, 4] }, build: (g, { a, b }) => squared(g, g.multiply(a!, b!)) },
    { why: 'differences and factors', shapes: { a: [2, 3], b: [3] }, build: (g, { a, b }) => squared(g, g.subtract(g.times(a!, 0.5), b!)) },
    { why: 'one matrix for many', shapes: { a: [2, 3, 4], b: [4, 5] }, build: (g, { a, b }) => squared(g, g.matmul(a!, b!)) },
    { why: 'matrices in pairs', shapes: { a: [2, 2, 3, 4], b: [2, 2, 4, 3] }, build: (g, { a, b }) => squared(g, g.matmul(a!, b!)) },
    {
      why: 'swapped axes',
      shapes: { a: [2, 3, 4], b: [4, 2, 3] },
      build: (g, { a, b }) => squared(g, g.add(g.transpose(a!, [2, 0, 1]), b!)),
    },
    {
      why: 'other shapes',
      shapes: { a: [2, 3, 4], b: [2, 3, 2, 2] },
      build: (g, { a, b }) => squared(g, g.add(g.reshape(a!, [0, 0, 2, 2], [2, 3, 2, 2]), b!)),
    },
    { why: 'softmax', shapes: { a: [3, 4], b: [3, 4] }, build: (g, { a, b }) => g.multiply(g.softmax(a!), b!) },
    { why: 'log of a sum of exponentials', shapes: { a: [3, 4] }, build: (g, { a }) => squared(g, g.logSumExp(a!)) },
    { why: 'sums over an axis', shapes: { a: [3, 4], b: [3, 4] }, build: (g, { a, b }) => g.multiply(squared(g, g.sum(a!)), b!) },
    { why: 'sigmoid and exponential', shapes: { a: [3, 4] }, build: (g, { a }) => g.multiply(g.sigmoid(a!), g.exp(a!)) },
    {
      why: 'layer normalisation',
      shapes: { a: [3, 5], gain: [5], shift: [5], b: [3, 5] },
      build: (g, { a, gain, shift, b }) => g.multiply(g.layerNorm(a!, gain!, shift!), b!),
    },
    { why: 'the first rows', shapes: { a: [5, 3], b: [2, 4, 3] }, build: (g, { a, b }) => squared(g, g.add(b!, g.leadingRows(a!, b!))) },
    { why: 'a value that is used twice', shapes: { a: [2, 3] }, build: (g, { a }) => g.multiply(g.add(a!, g.exp(a!)), a!) },
  ])('derives $why', async ({ shapes, build }) => {
    expect(await worstError(shapes, build)).toBeLessThan(5e-3);
  });

  it('derives a rectifier away from its corner', async () => {
    const g = new GradientGraph('test');
    const a = g.input('a', [4], true);
    const session = await InferenceSession.create(g.minimise(squared(g, g.relu(a))), { intraOpNumThreads: 1 });
    const answers = await session.run({ a: new Tensor('float32', Float32Array.of(-1, -0.1, 0.1, 2), [4]) });
    expect([...(answers['a_slope']!.data as Float32Array)].map((x) => Math.round(x * 1e4) / 1e4)).toEqual([0, 0, 0.2, 4]);
    await session.release();
  });

  it('refuses shapes that do not fit and parameters that do not matter', () => {
    const g = new GradientGraph('test');
    const a = g.input('a', [2, 3], true);
    expect(() => g.add(a, g.input('b', [4], false))).toThrow('axes of 3 and 4 do not fit together');
    g.input('idle', [1], true);
    expect(() => g.minimise(a)).toThrow('the loss does not depend on idle');
  });
});
