import { InferenceSession, Tensor } from './onnx-runtime.js';
import { readerStateBatchGraph } from '../graphs/reader-state-graph.js';
import type { ActionHistory } from '../training/reader-state/histories.js';
import type { ReaderStateWeights } from '../training/reader-state/reader-state-training.js';

/** States of whole histories by the batch graph in doubles: what the recurrence is held against. */
export class DoubleStates {
  private constructor(
    private readonly session: InferenceSession,
    private readonly weights: ReaderStateWeights,
  ) {}

  static async open(weights: ReaderStateWeights): Promise<DoubleStates> {
    const graph = readerStateBatchGraph(weights.shape, weights.parameters);
    return new DoubleStates(await InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1 }), weights);
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** The reading after the last action, [width]. */
  async lastOf({ items, strengths }: ActionHistory): Promise<Float64Array> {
    const { width } = this.weights.shape;
    const vectors = new Float32Array(items.length * width);
    for (const [place, item] of items.entries()) vectors.set(this.weights.items.subarray(item * width, (item + 1) * width), place * width);
    const { readings } = await this.session.run({
      vectors: new Tensor('float32', vectors, [items.length, width]),
      strengths: new Tensor('float32', strengths, [items.length, 1]),
    });
    return (readings!.data as Float64Array).slice(-width);
  }
}
