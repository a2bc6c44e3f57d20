import type { GradientGraph, Term } from '../gradients/gradient-graph.js';
import { readerStates } from './reader-state-graph.js';
import type { HistoryTerms } from './reader-state-graph.js';
import { parameterShapes } from './reader-state-shape.js';
import type { ParameterShapes, ReaderStateShape } from './reader-state-shape.js';

/** A way to make a state out of a history that can be trained on next actions: ours, and those it is compared with. */
export interface HistoryEncoder {
  readonly name: string;
  /** Length of item vectors and states. */
  readonly width: number;
  readonly parameters: ParameterShapes;
  /** Places at which dropout is applied. */
  readonly dropouts: number;
  /** The state after every place, [B, T, width]. */
  states(g: GradientGraph, parameters: Readonly<Record<string, Term>>, history: HistoryTerms): Term;
}

/** Attention as a recurrence with learned decays. */
export const decayingAttention = (shape: ReaderStateShape): HistoryEncoder => ({
  name: 'decaying attention',
  width: shape.width,
  parameters: parameterShapes(shape),
  dropouts: 1 + 2 * shape.layers,
  states: (g, parameters, history) => readerStates(g, shape, parameters, history),
});

/** Mean of the vectors of what came so far; `decaying`: the newest weighs most, by a decay that is learned. */
export const averageOfHistory = (width: number, decaying: boolean): HistoryEncoder => ({
  name: decaying ? 'exponential average' : 'mean',
  width,
  parameters: { scale: [1], ...(decaying ? { log_decay: [1] } : {}) },
  dropouts: 1,
  states(g, { scale, log_decay }, { items, strengths, causal, distance, dropped }) {
    const scores = log_decay === undefined ? causal : g.add(g.multiply(g.exp(log_decay), distance), causal);
    // A softmax does not see what is added to a whole row; added, it makes one matrix a history.
    const weights = g.softmax(g.add(scores, strengths));
    const x = dropped === null ? items : g.multiply(items, dropped[0]!);
    return g.multiply(g.matmul(weights, x), g.exp(scale!));
  },
});

export interface SelfAttentionShape extends ReaderStateShape {
  /** Places that have a vector of their own; a longer history is cut to its newest so many. */
  readonly positions: number;
}

/** Self-attention with learned positions. Source: SASRec, Kang and McAuley 2018. */
export const selfAttention = (shape: SelfAttentionShape): HistoryEncoder => {
  const { width, heads, layers, hidden, positions } = shape;
  const perHead = width / heads;
  const parameters: Record<string, readonly number[]> = { positions: [positions, width], final_gain: [width], final_shift: [width] };
  for (let layer = 0; layer < layers; layer += 1) {
    for (const name of ['gain', 'shift', 'inner_gain', 'inner_shift', 'inner_end']) parameters[`${name}_${layer}`] = [width];
    for (const name of ['query', 'key', 'value', 'mix']) parameters[`${name}_${layer}`] = [width, width];
    Object.assign(parameters, {
      [`inner_in_${layer}`]: [width, hidden],
      [`inner_bias_${layer}`]: [hidden],
      [`inner_out_${layer}`]: [hidden, width],
    });
  }
  return {
    name: 'SASRec',
    width,
    parameters,
    dropouts: 1 + 2 * layers,
    states(g, terms, { items, causal, dropped }) {
      const drop = (term: Term, place: number): Term => (dropped === null ? term : g.multiply(term, dropped[place]!));
      const split = (term: Term): Term => g.transpose(g.reshape(term, [0, 0, heads, perHead], ['B', 'T', heads, perHead]), [0, 2, 1, 3]);
      const joined = (term: Term): Term => g.reshape(g.transpose(term, [0, 2, 1, 3]), [0, 0, -1], ['B', 'T', width]);
      let x = drop(g.add(items, g.leadingRows(terms['positions']!, items)), 0);
      for (let layer = 0; layer < layers; layer += 1) {
        const at = (name: string): Term => terms[`${name}_${layer}`]!;
        const seen = g.layerNorm(x, at('gain'), at('shift'));
        const keys = g.transpose(split(g.matmul(seen, at('key'))), [0, 1, 3, 2]);
        const scores = g.times(g.matmul(split(g.matmul(seen, at('query'))), keys), 1 / Math.sqrt(perHead));
        const attended = joined(g.matmul(g.softmax(g.add(scores, causal)), split(g.matmul(seen, at('value')))));
        x = g.add(x, drop(g.matmul(attended, at('mix')), 1 + 2 * layer));
        const inner = g.relu(g.add(g.matmul(g.layerNorm(x, at('inner_gain'), at('inner_shift')), at('inner_in')), at('inner_bias')));
        x = g.add(x, drop(g.add(g.matmul(inner, at('inner_out')), at('inner_end')), 2 + 2 * layer));
      }
      return g.layerNorm(x, terms['final_gain']!, terms['final_shift']!);
    },
  };
};
