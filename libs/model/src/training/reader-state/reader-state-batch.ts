import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GradientGraph } from '../gradients/gradient-graph.js';
import { readerStates } from './reader-state-graph.js';
import { parameterShapes } from './reader-state-shape.js';
import type { ActionHistory } from './histories.js';
import { distanceTensors } from './reader-state-step.js';
import type { ReaderStateWeights } from './reader-state-training.js';

/** The states after whole histories, all places at once: the batch form that the recurrence must equal. */
export class ReaderStateBatch {
  private constructor(
    private readonly session: InferenceSession,
    private readonly weights: ReaderStateWeights,
  ) {}

  static async open(weights: ReaderStateWeights): Promise<ReaderStateBatch> {
    const { shape } = weights;
    const g = new GradientGraph('broadsheet-reader-state');
    const states = readerStates(
      g,
      shape,
      Object.fromEntries(Object.entries(parameterShapes(shape)).map(([name, dims]) => [name, g.input(name, dims, false)])),
      {
        items: g.input('items', ['B', 'T', shape.width], false),
        strengths: g.input('strengths', ['B', 'T', 1], false),
        causal: g.input('causal', ['T', 'T'], false),
        distance: g.input('distance', ['T', 'T'], false),
        dropped: null,
      },
    );
    const session = await InferenceSession.create(g.answer({ states }), { intraOpNumThreads: 1, interOpNumThreads: 1 });
    return new ReaderStateBatch(session, weights);
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** float32 [length, width]: the state after each place. */
  async statesOf({ items, strengths }: ActionHistory): Promise<Float32Array> {
    const { shape, parameters } = this.weights;
    const vectors = new Float32Array(items.length * shape.width);
    for (const [place, item] of items.entries())
      vectors.set(this.weights.items.subarray(item * shape.width, (item + 1) * shape.width), place * shape.width);
    const { states } = await this.session.run({
      items: new Tensor('float32', vectors, [1, items.length, shape.width]),
      strengths: new Tensor('float32', strengths, [1, items.length, 1]),
      ...distanceTensors(items.length),
      ...Object.fromEntries(
        Object.entries(parameterShapes(shape)).map(([name, dims]) => [name, new Tensor('float32', parameters[name]!, dims)]),
      ),
    });
    return states!.data as Float32Array;
  }

  /** The state after the last place. */
  async lastOf(history: ActionHistory): Promise<Float32Array> {
    return (await this.statesOf(history)).slice(-this.weights.shape.width);
  }
}
