import { boundForm, boundOf, figureText, isWithin, type Bound } from './bound.js';
import type { Evaluation, Figure, Slice } from './evaluation-result.js';
import { estimators, sliceKinds } from './evaluation-result.js';
import { parseMetric, type Metric } from './metric.js';

const isIn = <T extends string>(list: readonly T[], word: string): word is T => (list as readonly string[]).includes(word);

/** A line that must hold of an evaluation: `b-a.ndcg@10.low[surface=for-you] > 0`. */
export interface Assertion extends Bound {
  /** As typed. */
  readonly text: string;
  /** `a`, `served`, `b-a`. */
  readonly of: string;
  readonly figure: string;
  /** Null for an off-policy estimate. */
  readonly metric: Metric | null;
  readonly part: 'value' | 'low' | 'high';
  readonly slice: Slice;
}

const FORM = new RegExp(
  String.raw`^(?:(?<of>served|a|b|a-served|b-a)\.)?(?<figure>[a-z]+(?:@\d+)?)(?:\.(?<part>value|low|high))?(?:\[(?<by>[a-z]+)=(?<value>[^\]]+)\])?${boundForm}$`,
);

/** The assertion, or a sentence about what is wrong with it. */
export const parseAssertion = (text: string): Assertion | string => {
  const groups = FORM.exec(text.trim())?.groups;
  if (groups === undefined)
    return `${text}: must be [SIDE.]METRIC[.low|.high][[SLICE=VALUE]] OP NUMBER, such as ndcg@10>=0.35 or b-a.ndcg@10.low>0`;
  const figure = groups['figure']!;
  const metric = isIn(estimators, figure) ? null : parseMetric(figure);
  if (typeof metric === 'string') return `${text}: ${metric}, ${estimators.join(', ')}`;
  const by = groups['by'];
  if (by !== undefined && !isIn(sliceKinds, by)) return `${text}: ${by} must be one of ${sliceKinds.join(', ')}`;
  return {
    text: text.trim(),
    of: groups['of'] ?? 'a',
    figure,
    metric,
    part: (groups['part'] ?? 'value') as Assertion['part'],
    slice: by === undefined ? { by: 'all', value: 'all' } : { by, value: groups['value']! },
    ...boundOf(groups),
  };
};

type Told = Pick<Figure, 'value' | 'low' | 'high'>;

/** Why the assertion does not hold, in a line; null when it does. What was not computed or could not be judged does not hold. */
export const broken = (assertion: Assertion, evaluation: Evaluation): string | null => {
  const { text, part } = assertion;
  const told = toldBy(assertion, evaluation);
  if (told === undefined) return `${text} does not hold: there is no such figure in this run`;
  const value = told[part];
  if (value === null) return `${text} does not hold: there is nothing to judge it by`;
  if (isWithin(assertion, value)) return null;
  return `${text} does not hold: it is ${figureText(value)}${told.low === null || told.high === null ? '' : ` (95 %: ${figureText(told.low)} to ${figureText(told.high)})`}`;
};

const toldBy = ({ of, figure, metric, slice }: Assertion, { figures, differences, offPolicy }: Evaluation): Told | undefined => {
  if (metric === null) return offPolicy?.sides.find(({ side }) => side === of)?.estimates?.find(({ estimator }) => estimator === figure);
  const fits = (each: { readonly metric: string; readonly slice: Slice }): boolean =>
    each.metric === figure && each.slice.by === slice.by && each.slice.value === slice.value;
  return of.includes('-')
    ? differences.find((each) => fits(each) && `${each.better}-${each.worse}` === of)
    : figures.find((each) => fits(each) && each.side === of);
};
