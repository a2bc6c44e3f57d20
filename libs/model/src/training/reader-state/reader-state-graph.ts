import type { GradientGraph, Term } from '../gradients/gradient-graph.js';
import type { ReaderStateShape } from './reader-state-shape.js';

/** What a batch of histories is to the graph: B histories of T places, shorter ones filled up at their end. */
export interface HistoryTerms {
  /** [B, T, width]: vectors of the items, as they came. */
  readonly items: Term;
  /** [B, T, 1]: how much each action speaks for its item. */
  readonly strengths: Term;
  /** [T, T]: 0 where column <= row, else far below any score. */
  readonly causal: Term;
  /** [T, T]: column - row, 0 where positive. */
  readonly distance: Term;
  /** [B, T, width] each: factors of dropout for the input and two a layer; null when nothing is dropped. */
  readonly dropped: readonly Term[] | null;
}

/**
 * The state of a reader after every place of the history, [B, T, width]: `layers` times attention of all heads over what came so far, and a small net; residual, with layer norms
 * before each part. A head weighs place j at place t by `softmax_j(score_h . x_j + exp(log_decay_h) * (j - t))`: what speaks for it, and how long ago in steps. Since the query is a constant,
 * the softmax over a growing history is a recurrence of (greatest score, sum, weighted sum), which `ReaderStateStream` steps.
 *
 * Source: "Attention as an RNN", Feng et al. 2024 (Aaren), with a learned decay for each head as in ALiBi (Press et al. 2022).
 */
export const readerStates = (
  g: GradientGraph,
  { width, heads, layers }: ReaderStateShape,
  parameters: Readonly<Record<string, Term>>,
  history: HistoryTerms,
): Term => {
  const perHead = width / heads;
  const of = (name: string): Term => parameters[name]!;
  const drop = (term: Term, place: number): Term => (history.dropped === null ? term : g.multiply(term, history.dropped[place]!));
  const split = (term: Term): Term => g.transpose(g.reshape(term, [0, 0, heads, perHead], ['B', 'T', heads, perHead]), [0, 2, 1, 3]);
  const joined = (term: Term): Term => g.reshape(g.transpose(term, [0, 2, 1, 3]), [0, 0, -1], ['B', 'T', width]);

  let x = drop(g.add(history.items, g.multiply(history.strengths, of('strength'))), 0);
  for (let layer = 0; layer < layers; layer += 1) {
    const at = (name: string): Term => of(`${name}_${layer}`);
    const seen = g.layerNorm(x, at('gain'), at('shift'));
    const scores = g.reshape(g.transpose(g.matmul(seen, at('score')), [0, 2, 1]), [0, heads, 1, -1], ['B', heads, 1, 'T']);
    const decay = g.reshape(g.exp(at('log_decay')), [heads, 1, 1], [heads, 1, 1]);
    const weights = g.softmax(g.add(g.add(scores, g.multiply(decay, history.distance)), history.causal));
    const attended = g.matmul(joined(g.matmul(weights, split(g.matmul(x, at('value'))))), at('mix'));
    x = g.add(g.multiply(x, at('kept')), drop(attended, 1 + 2 * layer));
    const inner = g.relu(g.add(g.matmul(g.layerNorm(x, at('inner_gain'), at('inner_shift')), at('inner_in')), at('inner_bias')));
    x = g.add(x, drop(g.add(g.matmul(inner, at('inner_out')), at('inner_end')), 2 + 2 * layer));
  }
  return g.add(g.multiply(x, of('final_gain')), of('final_shift'));
};
