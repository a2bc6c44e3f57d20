import { z } from 'zod';
import { eventIdSchema, MAX_RECORD_BYTES, noFieldOf, parseWith, renderValue, surfaceSchema, timestampSchema } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';
import { rooted } from '../interactions/results.js';

/** Records of a body: one object, an array, or an object with one member that holds the array. */
export interface Records {
  readonly records: readonly unknown[];
  /** One object was sent as itself: the answer is about that record alone. */
  readonly single: boolean;
}

/** @throws {ProblemFailure} BODY_MISSING, VALIDATION_FAILED for what is no object, EVENT_TOO_LARGE for one record above 64 KiB. */
export const recordsOf = (body: unknown, member: 'events' | 'papers'): Records => {
  if (body === undefined)
    throw new ProblemFailure('BODY_MISSING', 'a JSON body is needed', {
      errors: [{ field: 'body', rule: `must be an object, an array or {"${member}": [...]}`, value: 'missing' }],
    });
  if (Array.isArray(body)) return { records: body, single: false };
  if (body === null || typeof body !== 'object') {
    const rule = `must be an object, an array or {"${member}": [...]}`;
    throw new ProblemFailure('VALIDATION_FAILED', `the body ${rule}`, {
      errors: [{ field: 'body', rule, value: renderValue(body) }],
    });
  }
  if (member in body && Object.keys(body).length === 1) {
    const records: unknown = (body as Record<string, unknown>)[member];
    if (Array.isArray(records)) return { records, single: false };
    throw new ProblemFailure('VALIDATION_FAILED', `${member} must be an array`, {
      errors: [{ field: member, rule: 'must be an array', value: renderValue(records) }],
    });
  }
  return { records: [body], single: true };
};

/** One record may be as large as a record of the log, whatever the body's own bound is. @throws {ProblemFailure} EVENT_TOO_LARGE */
export const refuseLargeRecord = (single: boolean, contentLength: string | undefined): void => {
  const bytes = Number(contentLength ?? 0);
  if (!single || bytes <= MAX_RECORD_BYTES) return;
  const rule = `must have at most ${MAX_RECORD_BYTES} bytes`;
  throw new ProblemFailure('EVENT_TOO_LARGE', `one event ${rule}`, { errors: [{ field: 'body', rule, value: `${bytes} bytes` }] });
};

/** What may come along with PUT and DELETE of a state: where on which answer it happened, and an id for safe retries. */
export const stateContextSchema = z.strictObject(
  {
    id: eventIdSchema.optional(),
    time: timestampSchema.optional(),
    requestId: eventIdSchema.optional(),
    position: z.int('must be a whole number').min(0, 'must not be negative').max(10_000, 'must be at most 10000').optional(),
    surface: surfaceSchema.optional(),
    sessionId: z.string().min(1).max(64, 'must have at most 64 characters').optional(),
    client: z.string().min(1).max(100, 'must have at most 100 characters').optional(),
  },
  { error: noFieldOf('the context of a state') },
);

/** @param name what is checked, where it is wrong as a whole. @throws {ProblemFailure} VALIDATION_FAILED */
export const bodyOf = <S extends z.ZodType>(schema: S, body: unknown, name = 'body'): z.output<S> => {
  const parsed = parseWith(schema, body);
  if (parsed.ok) return parsed.value;
  const errors = rooted(parsed.problems, name);
  throw new ProblemFailure(
    'VALIDATION_FAILED',
    errors
      .map(({ field, rule }) => `${field} ${rule}`)
      .join('; ')
      .slice(0, 300),
    { errors },
  );
};
