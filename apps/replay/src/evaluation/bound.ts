const comparisons = {
  '>=': (value: number, bound: number) => value >= bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>': (value: number, bound: number) => value > bound,
  '<': (value: number, bound: number) => value < bound,
  '==': (value: number, bound: number) => value === bound,
} as const;

/** The end of every `--assert`: `>=0.35`. */
export interface Bound {
  readonly comparison: keyof typeof comparisons;
  readonly bound: number;
}

/** How a bound is written, to stand in the expressions of those who have one. */
export const boundForm = String.raw`\s*(?<comparison>>=|<=|==|>|<)\s*(?<bound>[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)`;

/** Of the groups that `boundForm` matched. */
export const boundOf = (groups: Readonly<Record<string, string | undefined>>): Bound => ({
  comparison: groups['comparison'] as Bound['comparison'],
  bound: Number(groups['bound']),
});

export const isWithin = ({ comparison, bound }: Bound, value: number): boolean => comparisons[comparison](value, bound);

/** A figure of a complaint, to six digits. */
export const figureText = (value: number): string => String(Number(value.toPrecision(6)));
