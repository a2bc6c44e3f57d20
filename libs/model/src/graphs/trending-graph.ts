import { GraphBuilder } from '../onnx/graph-builder.js';
import { ROWS_INPUT, SCORES_OUTPUT } from '../session/onnx-row-scorer.js';
import { standardisedRows } from './standardised-rows.js';
import type { Standardisation } from './standardised-rows.js';

/** A layer of hidden units beside a linear path; all matrices row-major. */
export interface MonotoneWeights {
  readonly features: number;
  readonly hidden: number;
  readonly heads: number;
  /** [features, hidden] and [hidden]. */
  readonly toHidden: Float64Array;
  readonly hiddenBias: Float64Array;
  /** [hidden, heads]. */
  readonly toHeads: Float64Array;
  /** [features, heads] and [heads]. */
  readonly linear: Float64Array;
  readonly headBias: Float64Array;
}

/** `scores = relu(z W1 + b1) W2 + z S + b2` with `z` the clipped and standardised `features` float32 [n, F]; `scores` float32 [n, H]. */
export const trendingGraph = (weights: MonotoneWeights, standardisation: Standardisation): Uint8Array => {
  const { features, hidden, heads } = weights;
  const g = new GraphBuilder('broadsheet-trending', 'Monotone in every count: a hidden layer beside a linear path, one output a period.');
  const z = standardisedRows(g, g.input(ROWS_INPUT, 'float32', ['rows', features]), standardisation);
  const toHidden = g.floats('to_hidden', [features, hidden], weights.toHidden);
  const units = g.op('Relu', [g.op('Gemm', [z, toHidden, g.floats('hidden_bias', [hidden], weights.hiddenBias)])]);
  const straight = g.op('Gemm', [
    z,
    g.floats('linear', [features, heads], weights.linear),
    g.floats('head_bias', [heads], weights.headBias),
  ]);
  const bent = g.op('MatMul', [units, g.floats('to_heads', [hidden, heads], weights.toHeads)]);
  g.output(SCORES_OUTPUT, g.op('Add', [bent, straight]), 'float32', ['rows', heads]);
  return g.encode();
};
