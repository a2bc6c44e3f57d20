import { InferenceSession, Tensor } from '../session/onnx-runtime.js';
import { seededRandom } from '#ranking';
import { softmaxLoss, softmaxLossGraph } from '../graphs/softmax-loss-graph.js';
import { gaussian } from './random.js';
import { RunMeter } from './run-meter.js';
import { TowerStep, towerSettings, trainTower } from './tower-training.js';
import { WordSums } from './word-sums.js';

const meter = new RunMeter(
  'test',
  () => undefined,
  () => 0,
);
const DIMENSIONS = 4;

/** Four texts over five words; the last one has none. */
const texts = {
  rows: 4,
  columnCount: 5,
  starts: Int32Array.of(0, 2, 4, 6, 6),
  columns: Int32Array.of(0, 1, 1, 2, 3, 4),
  values: Float32Array.of(0.6, 0.8, 1, 0.5, 0.7, 0.3),
};
const normals = (length: number, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, () => gaussian(random));
};

describe('WordSums', () => {
  it('gives unit vectors, zero for a text without words, and gradients that equal the differences', () => {
    const words = normals(5 * DIMENSIONS, 1);
    const slopes = normals(4 * DIMENSIONS, 2);
    const sums = new WordSums(texts, DIMENSIONS);
    const loss = (): number => {
      sums.encode(words, 0, seededRandom(1));
      return sums.vectors.reduce((sum, cell, at) => sum + cell * slopes[at]!, 0);
    };
    loss();
    [0, 1, 2].forEach((row) => expect(Math.hypot(...sums.vectors.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS))).toBeCloseTo(1, 5));
    expect([...sums.vectors.subarray(3 * DIMENSIONS)]).toEqual([0, 0, 0, 0]);
    const gradients = new Float64Array(words.length);
    sums.backward(slopes, gradients);
    words.forEach((there, i) => {
      words[i] = there + 1e-3;
      const above = loss();
      words[i] = there - 1e-3;
      const below = loss();
      words[i] = there;
      expect(gradients[i]).toBeCloseTo((above - below) / 2e-3, 3);
    });
  });

  it('passes over about as many words as it is told', () => {
    const one = {
      rows: 2000,
      columnCount: 1,
      starts: Int32Array.from({ length: 2001 }, (_, at) => at),
      columns: new Int32Array(2000),
      values: new Float32Array(2000).fill(1),
    };
    const sums = new WordSums(one, 1);
    sums.encode(Float64Array.of(1), 0.3, seededRandom(3));
    expect(sums.vectors.reduce((sum, cell) => sum + cell, 0) / 2000).toBeCloseTo(0.7, 1);
  });
});

describe('a step of the tower', () => {
  it('has the gradient that the differences of its loss show', async () => {
    const words = normals(5 * DIMENSIONS, 3);
    const sums = new WordSums(texts, DIMENSIONS);
    const step = await TowerStep.open(sums, Float32Array.of(0.1, -0.2, 0, 0.3), {
      ...towerSettings,
      dimensions: DIMENSIONS,
      batch: 2,
      sharpness: 3,
    });
    const batch = [
      { shown: Int32Array.of(0), asked: Int32Array.of(1, 2) },
      { shown: Int32Array.of(1, 2), asked: Int32Array.of(0) },
    ];
    const loss = async (gradients: Float64Array): Promise<number> => {
      sums.encode(words, 0, seededRandom(1));
      return (await step.run(batch, gradients)) / batch.length;
    };
    const gradients = new Float64Array(words.length);
    await loss(gradients);
    for (const [i, there] of words.entries()) {
      words[i] = there + 1e-2;
      const above = await loss(new Float64Array(words.length));
      words[i] = there - 1e-2;
      const below = await loss(new Float64Array(words.length));
      words[i] = there;
      expect(gradients[i]).toBeCloseTo((above - below) / 2e-2, 2);
    }
    await step.close();
  });

  it('asks nothing of papers that the reader has shown', async () => {
    const session = await InferenceSession.create(softmaxLossGraph(1, 1));
    const { inputs, outputs } = softmaxLoss;
    const answers = await session.run({
      [inputs.readers]: new Tensor('float32', Float32Array.of(1), [1, 1]),
      [inputs.papers]: new Tensor('float32', Float32Array.of(5, 0, 0), [3, 1]),
      [inputs.bias]: new Tensor('float32', Float32Array.of(0, 0, 0), [3]),
      [inputs.wanted]: new Tensor('float32', Float32Array.of(-1, 1, 0), [1, 3]),
    });
    expect((answers[outputs.loss]!.data as Float32Array)[0]).toBeCloseTo(Math.log(2), 5);
    expect([...(answers[outputs.paperSlopes]!.data as Float32Array)]).toEqual([0, -0.5, 0.5]);
    await session.release();
  });
});

describe('trainTower', () => {
  /** Two circles of readers; papers of a circle share no word with each other, so that only reading them together can join them. */
  const words = ['apple bread', 'cello drum', 'eagle finch', 'apple drum', 'maple nickel', 'olive paper', 'quartz river', 'maple river'];
  const papers = [...words, ...words].map((title) => ({ title, abstract: '' }));
  const histories = Array.from({ length: 60 }, (_, reader) =>
    Int32Array.from(reader % 2 === 0 ? [0, 1, 2, 8, 9, 10] : [4, 5, 6, 12, 13, 14]),
  );
  const settings = { ...towerSettings, dimensions: 8, maxShare: 1, epochs: 30, batch: 20, learningRate: 0.02, wordDropout: 0 };

  it('brings together what is read together, though no word is shared', async () => {
    const { terms, words: rows, loss } = await trainTower(papers, histories, settings, 1, meter);
    const vectorOf = (...named: string[]): number[] => {
      const sum = new Array<number>(8).fill(0);
      for (const term of named) {
        const row = terms.indexOf(term);
        sum.forEach((_, d) => (sum[d]! += rows.scales[row]! * rows.values[row * 8 + d]!));
      }
      return sum.map((cell) => cell / Math.hypot(...sum));
    };
    const cosine = (a: number[], b: number[]): number => a.reduce((sum, cell, d) => sum + cell * b[d]!, 0);
    expect(cosine(vectorOf('apple', 'bread'), vectorOf('eagle', 'finch'))).toBeGreaterThan(0.6);
    expect(cosine(vectorOf('apple', 'bread'), vectorOf('olive', 'paper'))).toBeLessThan(0.2);
    expect(loss).toBeLessThan(Math.log(12));
  });

  it('learns the same words again from the same seed', async () => {
    const few = { ...settings, epochs: 2 };
    const [first, second] = [await trainTower(papers, histories, few, 1, meter), await trainTower(papers, histories, few, 1, meter)];
    expect(Buffer.compare(first.graph, second.graph)).toBe(0);
  });

  it('refuses histories that teach nothing', async () => {
    await expect(trainTower(papers, [Int32Array.of(1)], settings, 1, meter)).rejects.toThrow('nothing to learn from');
  });
});
