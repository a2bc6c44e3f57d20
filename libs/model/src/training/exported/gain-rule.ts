import type { Interval } from '#ranking';

/** What the lead of a new model over the live one must be: `ndcg@10>=+0.01`, of the mean, or of the lower end of its 95 % interval: `ndcg@10.low>0`. */
export interface GainRule {
  /** As typed. */
  readonly text: string;
  holds(difference: Interval): boolean;
}

const FORM = /^ndcg@10(?<low>\.low)?\s*(?<comparison>>=|>)\s*(?<bound>[-+]?(?:\d+\.?\d*|\.\d+))$/;

/** The rule, or null when the text is none. */
export const parseGainRule = (text: string): GainRule | null => {
  const groups = FORM.exec(text.trim())?.groups;
  if (groups === undefined) return null;
  const bound = Number(groups['bound']);
  const part = groups['low'] === undefined ? 'mean' : 'low';
  const strict = groups['comparison'] === '>';
  return { text: text.trim(), holds: (difference) => (strict ? difference[part] > bound : difference[part] >= bound) };
};

export const gainRuleForm = 'ndcg@10 or ndcg@10.low, then >= or >, then a number, such as ndcg@10>=+0.01';
