import { InferenceSession, Tensor } from '../session/onnx-runtime.js';
import { GraphBuilder } from '../onnx/graph-builder.js';
import { countSteps, stepRows, stepWeights, steppedRows } from './count-steps.js';

const columns = ['hour', 'day', 'age', 'total', 'last', 'opens'];
const steps = countSteps(columns, [
  ['hour', 'day', 'week', 'total'],
  ['last', 'total'],
]);
const rows = Float32Array.of(1, 3, 9, 6, 2, 5, 0, 0.5, 1, 4, 0.25, 0);

describe('count steps', () => {
  it('leave the longest time as it is and take from each shorter one the next longer, passing over unknown names', () => {
    expect([...stepRows(rows.slice(), steps)]).toEqual([-2, -3, 9, 6, -4, 5, -0.5, -3.5, 1, 4, -3.75, 0]);
  });

  it('are the same in the graph', async () => {
    const g = new GraphBuilder('steps', 'for a test');
    g.output('stepped', steppedRows(g, g.input('rows', 'float32', ['n', 6]), steps), 'float32', ['n', 6]);
    const session = await InferenceSession.create(g.encode());
    const { stepped } = await session.run({ rows: new Tensor('float32', rows, [2, 6]) });
    const expected = stepRows(rows.slice(), steps);
    (stepped!.data as Float32Array).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5));
    await session.release();
  });

  it('carry weights of the counts over', () => {
    const weights = Float64Array.of(0.1, 0.2, -1, 0.3, 0.4, 0.5);
    const stepped = stepRows(rows.slice(), steps);
    const carried = stepWeights(weights, steps);
    const sum = (values: ArrayLike<number>, by: Float64Array, row: number): number =>
      by.reduce((total, weight, f) => total + weight * values[row * 6 + f]!, 0);
    for (const row of [0, 1]) expect(sum(stepped, carried, row)).toBeCloseTo(sum(rows, weights, row), 5);
  });

  it('all rise for a vote more now, whatever was counted before', () => {
    for (const counts of [
      [0, 0, 0],
      [2, 2, 2],
      [0, 5, 900],
      [0.1, 40, 41],
    ]) {
      const row = (more: number): Float32Array =>
        Float32Array.of(
          ...counts.slice(0, 2).map((n) => Math.log1p(n + more)),
          0,
          Math.log1p(counts[2]! + more),
          Math.log1p(counts[0]! + more),
          0,
        );
      const [before, after] = [0, 1].map((more) => stepRows(row(more), steps));
      after!.forEach((value, f) => expect(value).toBeGreaterThanOrEqual(before![f]! - 1e-6));
    }
  });
});
