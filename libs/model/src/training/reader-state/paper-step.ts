import { InferenceSession, Tensor } from '../../session/onnx-runtime.js';
import type { Random } from '#ranking';
import type { Trainable } from '../adam.js';
import { GradientGraph } from '../gradients/gradient-graph.js';
import type { Stretch } from './histories.js';
import { readerStates } from './reader-state-graph.js';
import { parameterShapes } from './reader-state-shape.js';
import type { ReaderStateShape } from './reader-state-shape.js';
import { distanceTensors } from './reader-state-step.js';

export interface PaperStepSettings {
  /** Papers of the wanted one's day that it is told from, by chance. */
  readonly others: number;
  readonly dropout: number;
}

/** Papers as the step needs them. */
export interface PaperCatalogue {
  /** float32 [papers, width]. */
  readonly vectors: Float32Array;
  /** Numbers of all papers that were listed on the same day as this one, itself among them. */
  readonly besides: (paper: number) => ArrayLike<number>;
}

/**
 * Loss and derivatives of a batch of histories of papers, whose vectors are given and stay as they are. Each place is asked for the paper that comes after it, among papers of that one's day: among
 * papers of all times, what is new would tell most, and that is no taste.
 */
export class PaperStep {
  private constructor(
    private readonly session: InferenceSession,
    private readonly shape: ReaderStateShape,
    private readonly catalogue: PaperCatalogue,
    private readonly settings: PaperStepSettings,
    private readonly random: Random,
  ) {}

  static async open(shape: ReaderStateShape, catalogue: PaperCatalogue, settings: PaperStepSettings, random: Random): Promise<PaperStep> {
    const session = await InferenceSession.create(trainingGraph(shape), { intraOpNumThreads: 1, interOpNumThreads: 1 });
    return new PaperStep(session, shape, catalogue, settings, random);
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** Adds the gradients of the batch's mean loss; answers that loss and over how many places it was taken. */
  async run(batch: readonly Stretch[], parameters: Readonly<Record<string, Trainable>>): Promise<{ loss: number; asked: number }> {
    const { width, layers } = this.shape;
    const length = Math.max(...batch.map(({ from, to }) => to - from));
    const asked = batch.reduce((sum, { from, to }) => sum + to - from, 0);
    const rows = batch.length * length;
    const dims = [batch.length, length, width];
    const dropped = Array.from({ length: 1 + 2 * layers }, (_, at) => [
      `dropped_${at}`,
      new Tensor('float32', this.dropping(rows * width), dims),
    ]);
    const answers = await this.session.run({
      ...this.read(batch, length, asked),
      ...distanceTensors(length),
      ...(Object.fromEntries(dropped) as Record<string, Tensor>),
      ...Object.fromEntries(
        Object.entries(parameterShapes(this.shape)).map(([name, shape]) => [
          name,
          new Tensor('float32', Float32Array.from(parameters[name]!.values), shape),
        ]),
      ),
    });
    for (const [name, { gradients }] of Object.entries(parameters)) {
      const slopes = answers[`${name}_slope`]!.data as Float32Array;
      for (let at = 0; at < slopes.length; at += 1) gradients[at]! += slopes[at]!;
    }
    return { loss: (answers['loss']!.data as Float32Array)[0]!, asked };
  }

  private read(batch: readonly Stretch[], length: number, asked: number): Record<string, Tensor> {
    const { width } = this.shape;
    const many = 1 + this.settings.others;
    const rows = batch.length * length;
    const [items, strengths, weights] = [new Float32Array(rows * width), new Float32Array(rows), new Float32Array(rows)];
    const candidates = new Float32Array(rows * many * width);
    for (const [row, { history, from, to }] of batch.entries()) {
      for (let at = from; at < to; at += 1) {
        const place = row * length + at - from;
        items.set(this.vectorOf(history.items[at]!), place * width);
        strengths[place] = history.strengths[at]!;
        weights[place] = 1 / asked;
        const wanted = history.items[at + 1]!;
        candidates.set(this.vectorOf(wanted), place * many * width);
        for (let other = 1; other < many; other += 1) candidates.set(this.vectorOf(this.besides(wanted)), (place * many + other) * width);
      }
    }
    return {
      items: new Tensor('float32', items, [batch.length, length, width]),
      strengths: new Tensor('float32', strengths, [batch.length, length, 1]),
      weights: new Tensor('float32', weights, [batch.length, length, 1]),
      candidates: new Tensor('float32', candidates, [batch.length, length, many, width]),
      first: new Tensor(
        'float32',
        Float32Array.from({ length: many }, (_, at) => (at === 0 ? 1 : 0)),
        [many],
      ),
    };
  }

  /** Another paper of the same day by chance; itself when it stands alone. */
  private besides(paper: number): number {
    const day = this.catalogue.besides(paper);
    for (let tries = 0; tries < 4; tries += 1) {
      const other = day[Math.floor(this.random() * day.length)]!;
      if (other !== paper) return other;
    }
    return paper;
  }

  private vectorOf(paper: number): Float32Array {
    return this.catalogue.vectors.subarray(paper * this.shape.width, (paper + 1) * this.shape.width);
  }

  private dropping(length: number): Float32Array {
    const { dropout } = this.settings;
    const kept = 1 / (1 - dropout);
    return Float32Array.from({ length }, () => (this.random() < dropout ? 0 : kept));
  }
}

const trainingGraph = (shape: ReaderStateShape): Uint8Array => {
  const { width, layers } = shape;
  const g = new GradientGraph('broadsheet-paper-states-training');
  const row = ['B', 'T', width] as const;
  const parameters = Object.fromEntries(Object.entries(parameterShapes(shape)).map(([name, dims]) => [name, g.input(name, dims, true)]));
  const states = readerStates(g, shape, parameters, {
    items: g.input('items', row, false),
    strengths: g.input('strengths', ['B', 'T', 1], false),
    causal: g.input('causal', ['T', 'T'], false),
    distance: g.input('distance', ['T', 'T'], false),
    dropped: Array.from({ length: 1 + 2 * layers }, (_, at) => g.input(`dropped_${at}`, row, false)),
  });
  const candidates = g.input('candidates', ['B', 'T', 'N', width], false);
  const matches = g.sum(g.multiply(g.reshape(states, [0, 0, 1, -1], ['B', 'T', 1, width]), candidates));
  const scores = g.reshape(matches, [0, 0, -1], ['B', 'T', 'N']);
  const wanted = g.sum(g.multiply(scores, g.input('first', ['N'], false)));
  return g.minimise(g.multiply(g.subtract(g.logSumExp(scores), wanted), g.input('weights', ['B', 'T', 1], false)));
};
