import { GraphBuilder } from '../onnx/graph-builder.js';
import type { Value } from '../onnx/graph-builder.js';
import { ROWS_INPUT, SCORES_OUTPUT } from '../session/onnx-row-scorer.js';
import { standardisedRows } from './standardised-rows.js';
import type { Standardisation } from './standardised-rows.js';

/** A dense layer: `weights` float64 [inputs, outputs] row-major, `bias` float64 [outputs]. */
export interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/**
 * `scores = relu(relu(z W1 + b1) W2 + b2) W3 + b3 + z p` and so on over the layers, with `z` the clipped and standardised `features` float32
 * [n, F]; `scores` float32 [n, outputs of the last layer]. `prior` p, float64 [F], carries the columns that training could not see.
 */
export const personalGraph = (layers: readonly Dense[], prior: Float64Array, standardisation: Standardisation): Uint8Array => {
  const g = new GraphBuilder(
    'broadsheet-personal',
    'Multi-layer perceptron over a candidate for a reader; only differences of scores mean something.',
  );
  const rows = g.input(ROWS_INPUT, 'float32', ['rows', standardisation.mean.length]);
  const z = standardisedRows(g, rows, standardisation);
  const last = layers.length - 1;
  const learned = layers.reduce<Value>((value, layer, index) => {
    const weights = g.floats(`weights_${index}`, [layer.inputs, layer.outputs], layer.weights);
    const sum = g.op('Gemm', [value, weights, g.floats(`bias_${index}`, [layer.outputs], layer.bias)]);
    return index === last ? sum : g.op('Relu', [sum]);
  }, z);
  const assumed = g.op('MatMul', [z, g.floats('prior', [prior.length, 1], prior)]);
  g.output(SCORES_OUTPUT, g.op('Add', [learned, assumed]), 'float32', ['rows', layers[last]?.outputs ?? 1]);
  return g.encode();
};
