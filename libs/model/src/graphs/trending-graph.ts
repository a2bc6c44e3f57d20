import { GraphBuilder } from '../onnx/graph-builder.js';
import type { Value } from '../onnx/graph-builder.js';
import { ROWS_INPUT, SCORES_OUTPUT } from '../session/onnx-row-scorer.js';
import { steppedRows } from './count-steps.js';
import type { CountSteps } from './count-steps.js';
import { standardisedRows } from './standardised-rows.js';
import type { Standardisation } from './standardised-rows.js';

/** Units that are clipped to bounds of their own. */
export interface MonotoneLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs, outputs] row-major and [outputs]. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Two hidden layers beside a linear path; all matrices row-major. */
export interface MonotoneWeights {
  readonly heads: number;
  readonly layers: readonly [first: MonotoneLayer, second: MonotoneLayer];
  /** [units of the second layer, heads]. */
  readonly toHeads: Float64Array;
  /** [features, heads] and [heads]. */
  readonly linear: Float64Array;
  readonly headBias: Float64Array;
}

/** `scores = u(u(z W1 + b1) W2 + b2) W3 + z S + b3` with `u` the bounds of each unit, `z` the steps of `features` float32 [n, F], clipped and standardised; `scores` float32 [n, H]. */
export const trendingGraph = (
  { heads, layers, toHeads, linear, headBias }: MonotoneWeights,
  steps: CountSteps,
  standardisation: Standardisation,
): Uint8Array => {
  const features = layers[0].inputs;
  const g = new GraphBuilder(
    'broadsheet-trending',
    'Monotone in every count: two layers of bounded units beside a linear path, one output a period.',
  );
  const z = standardisedRows(g, steppedRows(g, g.input(ROWS_INPUT, 'float32', ['rows', features]), steps), standardisation);
  const units = layers.reduce((input, layer, index) => boundedLayer(g, input, layer, `layer_${index + 1}`), z);
  const straight = g.op('Gemm', [z, g.floats('linear', [features, heads], linear), g.floats('head_bias', [heads], headBias)]);
  const bent = g.op('MatMul', [units, g.floats('to_heads', [layers[1].outputs, heads], toHeads)]);
  g.output(SCORES_OUTPUT, g.op('Add', [bent, straight]), 'float32', ['rows', heads]);
  return g.encode();
};

const boundedLayer = (g: GraphBuilder, input: Value, { inputs, outputs, weights, bias, low, high }: MonotoneLayer, name: string): Value => {
  const vector = (of: string, values: Float64Array): Value => g.floats(`${name}_${of}`, [outputs], values);
  const reached = g.op('Gemm', [input, g.floats(name, [inputs, outputs], weights), vector('bias', bias)]);
  return g.op('Min', [g.op('Max', [reached, vector('low', low)]), vector('high', high)]);
};
