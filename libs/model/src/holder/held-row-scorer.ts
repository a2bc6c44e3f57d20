import type { RowScorer } from '#ranking';
import type { OnnxRowScorer } from '../session/onnx-row-scorer.js';
import type { ModelHolder } from './model-holder.js';

/** A `RowScorer` that is always the holder's newest model. Each call to `score` is answered by one model as a whole. */
export class HeldRowScorer implements RowScorer {
  constructor(private readonly holder: ModelHolder<OnnxRowScorer>) {}

  get name(): string {
    return this.holder.current().name;
  }

  get version(): string {
    return this.holder.current().version;
  }

  get features(): readonly string[] {
    return this.holder.current().features;
  }

  get heads(): number {
    return this.holder.current().heads;
  }

  score(rows: Float32Array, count: number): Promise<Float32Array> {
    return this.holder.use((model) => model.score(rows, count));
  }
}
