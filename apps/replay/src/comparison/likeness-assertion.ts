import { surfaces, type Surface } from '#contracts';
import { boundForm, boundOf, figureText, isWithin, type Bound } from '../evaluation/bound.js';
import { likenessMeasures, type LikenessMeasure, type SlateComparison } from './comparison-result.js';

/** Most places that overlap may look at. */
export const DEEPEST = 1000;

/** A line that must hold of a comparison: `overlap@10[surface=for-you] >= 0.9`. */
export interface LikenessAssertion extends Bound {
  /** As typed. */
  readonly text: string;
  readonly measure: LikenessMeasure;
  /** Depth that was named; null where none was. */
  readonly k: number | null;
  /** Of all requests, the smallest or the largest value instead of the mean. */
  readonly part: 'mean' | 'least' | 'most';
  /** Null for all requests. */
  readonly surface: Surface | null;
}

const FORM = new RegExp(
  String.raw`^(?<measure>[a-zA-Z]+)(?:@(?<k>\d+))?(?:\.(?<part>mean|least|most))?(?:\[surface=(?<surface>[^\]]+)\])?${boundForm}$`,
);

const isSurface = (text: string): text is Surface => (surfaces as readonly string[]).includes(text);

/** The assertion, or a sentence about what is wrong with it. */
export const parseLikenessAssertion = (text: string): LikenessAssertion | string => {
  const groups = FORM.exec(text.trim())?.groups;
  if (groups === undefined)
    return `${text}: must be MEASURE[.least|.most][[surface=NAME]] OP NUMBER, such as overlap@10>=0.9 or tau[surface=for-you]>=0.8`;
  const measure = likenessMeasures.find((known) => known === groups['measure']);
  if (measure === undefined) return `${text}: ${groups['measure']} must be one of ${likenessMeasures.join(', ')}`;
  const k = groups['k'] === undefined ? null : Number(groups['k']);
  if (k !== null && measure !== 'overlap') return `${text}: only overlap has a depth; ${measure} is of the whole slates`;
  if (k !== null && (k < 1 || k > DEEPEST)) return `${text}: the depth ${k} must be from 1 to ${DEEPEST}`;
  const { surface } = groups;
  if (surface !== undefined && !isSurface(surface)) return `${text}: ${surface} must be one of ${surfaces.join(', ')}`;
  return {
    text: text.trim(),
    measure,
    k,
    part: (groups['part'] ?? 'mean') as LikenessAssertion['part'],
    surface: surface ?? null,
    ...boundOf(groups),
  };
};

/** Why the assertion does not hold, in a line; null when it does. What could not be compared does not hold. */
export const brokenLikeness = (assertion: LikenessAssertion, { overall, surfaces: by }: SlateComparison): string | null => {
  const { text, measure, part, surface } = assertion;
  const likeness = surface === null ? overall : by.find((each) => each.surface === surface)?.likeness;
  const spread = likeness?.[measure] ?? null;
  if (spread === null) return `${text} does not hold: no request ${surface === null ? '' : `of ${surface} `}has such a figure in both`;
  if (isWithin(assertion, spread[part])) return null;
  const { least, most, count } = spread;
  return `${text} does not hold: it is ${figureText(spread[part])} (${count} requests: ${figureText(least)} to ${figureText(most)})`;
};
