import { InferenceSession, Tensor } from '../../session/onnx-runtime.js';
import { GradientGraph } from '../gradients/gradient-graph.js';
import type { ActionHistory } from './histories.js';
import type { HistoryEncoder } from './history-encoder.js';
import { distanceTensors } from './reader-state-step.js';
import type { SequenceWeights } from './reader-state-training.js';

/** The states after whole histories, all places at once: the batch form that the recurrence must equal. */
export class ReaderStateBatch {
  private constructor(
    private readonly session: InferenceSession,
    private readonly encoder: HistoryEncoder,
    private readonly weights: SequenceWeights,
  ) {}

  static async open(encoder: HistoryEncoder, weights: SequenceWeights): Promise<ReaderStateBatch> {
    const g = new GradientGraph('broadsheet-reader-state');
    const parameters = Object.fromEntries(Object.entries(encoder.parameters).map(([name, dims]) => [name, g.input(name, dims, false)]));
    const states = encoder.states(g, parameters, {
      items: g.input('items', ['B', 'T', encoder.width], false),
      strengths: g.input('strengths', ['B', 'T', 1], false),
      causal: g.input('causal', ['T', 'T'], false),
      distance: g.input('distance', ['T', 'T'], false),
      dropped: null,
    });
    const session = await InferenceSession.create(g.answer({ states }), { intraOpNumThreads: 1, interOpNumThreads: 1 });
    return new ReaderStateBatch(session, encoder, weights);
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** float32 [length, width]: the state after each place. */
  async statesOf({ items, strengths }: ActionHistory): Promise<Float32Array> {
    const { width } = this.encoder;
    const vectors = new Float32Array(items.length * width);
    for (const [place, item] of items.entries()) vectors.set(this.weights.items.subarray(item * width, (item + 1) * width), place * width);
    const given: Record<string, Tensor> = {
      items: new Tensor('float32', vectors, [1, items.length, width]),
      strengths: new Tensor('float32', strengths, [1, items.length, 1]),
      ...distanceTensors(items.length),
      ...Object.fromEntries(
        Object.entries(this.encoder.parameters).map(([name, dims]) => [name, new Tensor('float32', this.weights.parameters[name]!, dims)]),
      ),
    };
    // An encoder need not look at all of it, and a session takes only what its graph asks for.
    const { states } = await this.session.run(
      Object.fromEntries(Object.entries(given).filter(([name]) => this.session.inputNames.includes(name))),
    );
    return states!.data as Float32Array;
  }

  /** The state after the last place. */
  async lastOf(history: ActionHistory): Promise<Float32Array> {
    return (await this.statesOf(history)).slice(-this.encoder.width);
  }
}
