import type { GradientGraph, Term } from '../gradients/gradient-graph.js';
import type { TargetAttentionShape } from './target-attention-shape.js';

/** B histories of L places (filled up at their end) and N candidates that are the same for all of them. */
export interface TargetAttentionTerms {
  /** [B, L, attention] and [B, L, representation]. */
  readonly historyAttention: Term;
  readonly historyRepresentation: Term;
  /** [B, 1, L]: how much each action speaks for its item; how many actions ago it was, counted down from 0; 0, or far below any score where nothing is. */
  readonly strengths: Term;
  readonly ages: Term;
  readonly padding: Term;
  /** [N, attention], [N, representation] and [N]. */
  readonly candidateAttention: Term;
  readonly candidateRepresentation: Term;
  readonly bias: Term;
}

/**
 * Scores [B, N]. Each candidate looks at the history with eyes of its own: per head, a softmax over places of `query . key / sqrt(width)`, falling with age by a learned decay; what it finds is
 * matched with what the candidate is, and a small net reads the matches.
 *
 * Coupled, one vector an item serves for looking and for what is found (Zhou et al., "Deep interest network", KDD 2018); decoupled, each has its own (DARE: Feng et al., "Long-sequence
 * recommendation models need decoupled embeddings", ICLR 2025).
 */
export const targetAttentionScores = (
  g: GradientGraph,
  { heads, perHead }: TargetAttentionShape,
  parameters: Readonly<Record<string, Term>>,
  terms: TargetAttentionTerms,
): Term => {
  const of = (name: string): Term => parameters[name]!;
  let matched: Term | null = null;
  let inner = g.add(g.matmul(terms.candidateRepresentation, of('in_own')), of('in_bias'));
  for (let head = 0; head < heads; head += 1) {
    const at = (name: string): Term => of(`${name}_${head}`);
    const keys = g.matmul(terms.historyAttention, at('key'));
    const queries = g.transpose(g.matmul(terms.candidateAttention, at('query')), [1, 0]);
    const looks = g.times(g.transpose(g.matmul(keys, queries), [0, 2, 1]), 1 / Math.sqrt(perHead));
    const place = g.add(g.add(g.multiply(terms.ages, g.exp(at('log_decay'))), g.multiply(terms.strengths, at('weigh'))), terms.padding);
    const interest = g.matmul(g.softmax(g.add(looks, place)), g.matmul(terms.historyRepresentation, at('value')));
    const match = g.multiply(interest, g.matmul(terms.candidateRepresentation, at('own')));
    matched = matched === null ? g.sum(match) : g.add(matched, g.sum(match));
    inner = g.add(inner, g.add(g.matmul(match, at('in_match')), g.matmul(interest, at('in_interest'))));
  }
  const scores = g.add(matched!, g.matmul(g.relu(inner), of('out')));
  return g.add(g.reshape(scores, [0, -1], ['B', 'N']), terms.bias);
};
