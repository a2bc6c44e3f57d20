import { InferenceSession, Tensor } from '../session/onnx-runtime.js';
import { seededRandom } from '#ranking';
import { listwiseSettings, trainListwiseRanker } from './listwise-ranker.js';
import type { RankedList } from './listwise-ranker.js';
import { RunMeter } from './run-meter.js';

const WIDTH = 5;
const SILENT = 4;
const meter = new RunMeter(
  'test',
  () => undefined,
  () => 0,
);
const quick = { ...listwiseSettings, hidden1: 16, hidden2: 8, epochs: 25, batch: 4, learningRate: 0.01 };

/** What is wanted is where the product of two columns is greatest: no single column, and no sum of them, tells. Column 4 never varies. */
const invented = (lists: number, seed: number): RankedList[] => {
  const random = seededRandom(seed);
  return Array.from({ length: lists }, () => {
    const count = 12;
    const rows = Float32Array.from({ length: count * WIDTH }, (_, at) => (at % WIDTH === SILENT ? 0 : 100 * (random() * 2 - 1)));
    const worth = Array.from({ length: count }, (_, row) => rows[row * WIDTH]! * rows[row * WIDTH + 1]!);
    const best = Math.max(...worth);
    return { rows, count, gains: Float32Array.from(worth, (value) => (value === best ? 1 : 0)) };
  });
};

const hits = (lists: readonly RankedList[], score: (list: RankedList) => ArrayLike<number>): number =>
  lists.filter((list) => {
    const scores = Array.from(score(list));
    return list.gains[scores.indexOf(Math.max(...scores))] === 1;
  }).length / lists.length;

describe('trainListwiseRanker', () => {
  const trained = trainListwiseRanker(invented(300, 1), quick, 5, meter);
  const fresh = invented(100, 2);

  it('learns what no single column tells, on raw columns of any size', () => {
    expect(hits(fresh, ({ rows, count }) => trained.score(rows, count))).toBeGreaterThan(0.8);
    expect(hits(fresh, ({ rows, count }) => Float32Array.from({ length: count }, (_, row) => rows[row * WIDTH]!))).toBeLessThan(0.4);
  });

  it('answers in the graph what it answers in plain doubles, prior weights of silent columns among it', async () => {
    const prior = Float64Array.of(9, 9, 9, 9, 2);
    const { graph, score, varies } = trainListwiseRanker(invented(40, 1), { ...quick, epochs: 2, members: 3 }, 5, meter, {
      prior,
      ranges: Array.from({ length: WIDTH }, () => [-1e3, 1e3] as const),
    });
    expect(varies).toEqual([true, true, true, true, false]);
    const { rows, count } = fresh[0]!;
    const shown = rows.slice();
    shown[3 * WIDTH + SILENT] = 1;
    const session = await InferenceSession.create(graph);
    const answers = await session.run({ features: new Tensor('float32', shown, [count, WIDTH]) });
    const plain = score(shown, count);
    Array.from(answers['scores']!.data as Float32Array).forEach((value, row) => expect(value).toBeCloseTo(plain[row]!, 4));
    expect(plain[3]! - score(rows, count)[3]!).toBeCloseTo(2, 9);
    await session.release();
  });

  it('says the same score on as many heads as are asked for', async () => {
    const { graph, score } = trainListwiseRanker(invented(40, 1), { ...quick, epochs: 2 }, 5, meter, { heads: 3 });
    const { rows, count } = fresh[0]!;
    const session = await InferenceSession.create(graph);
    const { scores } = await session.run({ features: new Tensor('float32', rows, [count, WIDTH]) });
    expect(scores!.dims).toEqual([count, 3]);
    const plain = score(rows, count);
    Array.from(scores!.data as Float32Array).forEach((value, at) => expect(value).toBeCloseTo(plain[Math.floor(at / 3)]!, 4));
    await session.release();
  });

  it('gives the same bytes for a seed, and others for another', () => {
    const graphOf = (seed: number): Uint8Array =>
      trainListwiseRanker(invented(20, 1), { ...quick, epochs: 2, rowsPerList: 6 }, seed, meter).graph;
    expect(Buffer.compare(graphOf(1), graphOf(1))).toBe(0);
    expect(Buffer.compare(graphOf(1), graphOf(2))).not.toBe(0);
  });

  it('keeps the epoch that was best on the validation lists it was given', () => {
    const misleading = invented(40, 3).map((list) => ({ ...list, gains: list.gains.map((gain) => 1 - gain) }));
    const { epochs } = trainListwiseRanker(invented(100, 1), { ...quick, patience: 3 }, 5, meter, { validation: misleading });
    expect(epochs).toBeLessThanOrEqual(4);
  });

  it('learns as well from a draw of the unwanted rows', () => {
    const some = trainListwiseRanker(invented(300, 1), { ...quick, rowsPerList: 8 }, 5, meter);
    expect(some.rows).toBe(270 * 8);
    expect(hits(fresh, ({ rows, count }) => some.score(rows, count))).toBeGreaterThan(0.75);
  });

  it('refuses lists that can teach nothing or do not fit together', () => {
    const [list] = invented(1, 1);
    const none = { ...list!, gains: new Float32Array(list!.count) };
    expect(() => trainListwiseRanker([none], quick, 1, meter)).toThrow('nothing to learn from');
    const wide = { ...list!, rows: new Float32Array(list!.count * 9) };
    expect(() => trainListwiseRanker([list!, wide], { ...quick, validationShare: 0 }, 1, meter)).toThrow('differ in the number of columns');
  });
});
