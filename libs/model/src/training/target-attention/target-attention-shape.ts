import type { ParameterShapes } from '../reader-state/reader-state-shape.js';

/** Sizes of a scorer by target attention. */
export interface TargetAttentionShape {
  /** Length of the vectors that decide where a candidate looks, and of those that say what it finds there; coupled, they are the same vectors. */
  readonly attention: number;
  readonly representation: number;
  readonly coupled: boolean;
  readonly heads: number;
  /** Length of keys, and of values, in one head. */
  readonly perHead: number;
  readonly hidden: number;
}

/** Parameters by name, with their shapes. Item vectors are not among them. */
export const targetAttentionParameters = ({ attention, representation, heads, perHead, hidden }: TargetAttentionShape): ParameterShapes => {
  const shapes: Record<string, readonly number[]> = { in_own: [representation, hidden], in_bias: [hidden], out: [hidden, 1] };
  for (let head = 0; head < heads; head += 1) {
    const of = (name: string): string => `${name}_${head}`;
    shapes[of('query')] = [attention, perHead];
    shapes[of('key')] = [attention, perHead];
    shapes[of('log_decay')] = [1];
    shapes[of('weigh')] = [1];
    shapes[of('value')] = [representation, perHead];
    shapes[of('own')] = [representation, perHead];
    shapes[of('in_match')] = [perHead, hidden];
    shapes[of('in_interest')] = [perHead, hidden];
  }
  return shapes;
};
