import { type PaperId, paperIdSchema, parseWith, renderValue } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';

/** The path as it was sent, still encoded, without the query. */
export const rawPathOf = (url: string): string => url.split('?', 1)[0] ?? '';

const decode = (text: string, field: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ProblemFailure('PAPER_ID_INVALID', `${field} must be percent-encoded UTF-8`, {
      errors: [{ field, rule: 'must be percent-encoded UTF-8', value: renderValue(text) }],
    });
  }
};

export interface PaperPath<A extends string> {
  readonly id: PaperId;
  /** Last part of the path when it is one of the actions asked for. */
  readonly action?: A;
}

/**
 * Reads `/v1/papers/cs/0112017/upvote` and `/v1/papers/cs%2F0112017/upvote` alike: ids may hold slashes, raw or encoded. An id that
 * itself ends in a name of an action needs its slash encoded.
 *
 * @throws {ProblemFailure} PAPER_ID_INVALID for what can not be an id.
 */
export const paperPathOf = <A extends string = never>(url: string, prefix: string, actions: readonly A[] = []): PaperPath<A> => {
  const rest = rawPathOf(url).slice(prefix.length);
  const action = actions.find((name) => rest.endsWith(`/${name}`));
  const raw = action === undefined ? rest : rest.slice(0, -action.length - 1);
  return { id: paperIdOf(decode(raw, 'id')), ...(action === undefined ? {} : { action }) };
};

/** @throws {ProblemFailure} PAPER_ID_INVALID */
export const paperIdOf = (text: string): PaperId => {
  const parsed = parseWith(paperIdSchema, text);
  if (parsed.ok) return parsed.value;
  const rule = parsed.problems[0]?.rule ?? 'must be a paper id';
  throw new ProblemFailure('PAPER_ID_INVALID', `id ${rule}`, { errors: [{ field: 'id', rule, value: renderValue(text) }] });
};

/** What stands behind a prefix, decoded as a whole. */
export const tailOf = (url: string, prefix: string): string => decode(rawPathOf(url).slice(prefix.length), 'id');
