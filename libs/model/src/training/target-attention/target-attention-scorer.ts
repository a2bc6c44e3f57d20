import { InferenceSession } from '../../session/onnx-runtime.js';
import type { Tensor } from '../../session/onnx-runtime.js';
import { GradientGraph } from '../gradients/gradient-graph.js';
import type { ActionHistory } from '../reader-state/histories.js';
import { targetAttentionScores } from './target-attention-graph.js';
import { targetAttentionParameters } from './target-attention-shape.js';
import { candidateTensors, historyTensors, targetAttentionInputs } from './target-attention-step.js';
import type { TargetAttentionWeights } from './target-attention-training.js';

/**
 * The scorer's `.onnx` file: its parameters inside, item vectors given. In: `history_attention` [B, L, a], `history_representation` [B, L, r], `strengths`, `ages`, `padding` [B, 1, L],
 * `candidate_attention` [N, a], `candidate_representation` [N, r], `candidate_bias` [N]; out: `scores` [B, N]; all float32.
 */
export const targetAttentionGraph = ({ shape, parameters }: Pick<TargetAttentionWeights, 'shape' | 'parameters'>): Uint8Array => {
  const g = new GradientGraph('broadsheet-target-attention');
  const weights = Object.fromEntries(
    Object.entries(targetAttentionParameters(shape)).map(([name, dims]) => [name, g.fixed(name, dims, parameters[name]!)]),
  );
  return g.answer({ scores: targetAttentionScores(g, shape, weights, targetAttentionInputs(g, shape, false)) });
};

/** Scores a catalogue for one reader after another through an ONNX session. */
export class TargetAttentionScorer {
  private constructor(
    private readonly session: InferenceSession,
    private readonly weights: TargetAttentionWeights,
    private readonly catalogue: Readonly<Record<string, Tensor>>,
  ) {}

  static async open(weights: TargetAttentionWeights): Promise<TargetAttentionScorer> {
    const session = await InferenceSession.create(targetAttentionGraph(weights), { intraOpNumThreads: 1, interOpNumThreads: 1 });
    return new TargetAttentionScorer(session, weights, candidateTensors(Int32Array.from(weights.bias.keys()), weights.shape, weights));
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** A score for every item of the catalogue. @param history of one action or more; older ones than the newest `longest` are passed over. */
  async score(history: ActionHistory, longest: number): Promise<Float32Array> {
    const newest = { items: history.items.slice(-longest), strengths: history.strengths.slice(-longest) };
    const given = historyTensors([newest], newest.items.length, this.weights.shape, this.weights);
    const { scores } = await this.session.run({ ...given, ...this.catalogue });
    return scores!.data as Float32Array;
  }
}
