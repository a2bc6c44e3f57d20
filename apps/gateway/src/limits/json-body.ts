import { renderValue } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';

/** Bytes of a whole body. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Our deepest body is events[].target.kind: 4 levels. */
export const MAX_DEPTH = 16;

/** The walk ends at the bound, so a body of a million brackets costs as much as one of seventeen. */
const isDeeperThan = (value: unknown, depth: number): boolean => {
  if (value === null || typeof value !== 'object') return false;
  if (depth === 0) return true;
  for (const item of Array.isArray(value) ? value : Object.values(value)) if (isDeeperThan(item, depth - 1)) return true;
  return false;
};

/** Reads a JSON body; an empty one is `undefined`. @throws {ProblemFailure} BODY_NOT_JSON or BODY_TOO_DEEP */
export const parseJsonBody = (body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const rule = `must be JSON: ${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'}`;
    throw new ProblemFailure('BODY_NOT_JSON', `the body ${rule}`, { errors: [{ field: 'body', rule, value: renderValue(text) }] });
  }
  if (isDeeperThan(value, MAX_DEPTH)) {
    throw new ProblemFailure('BODY_TOO_DEEP', `the body must nest at most ${MAX_DEPTH} levels`, {
      errors: [{ field: 'body', rule: `must nest at most ${MAX_DEPTH} levels`, value: renderValue(text) }],
    });
  }
  return value;
};
