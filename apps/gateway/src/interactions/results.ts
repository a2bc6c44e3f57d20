import type { IntakeResult, Problem } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';
import type { ProblemCode } from '../errors/catalogue.js';

/** Why one record was not sent on. */
export interface Refusal {
  /** As the client gave it; `''` when it gave none that can be read. */
  readonly id: string;
  readonly code: ProblemCode;
  readonly errors: readonly Problem[];
}

/** What its sender should know of a record that was taken. */
export interface Remarks {
  /** It was stored with another value in this field: a clock that runs ahead is set back. */
  readonly adjusted?: { readonly field: string; readonly rule: string; readonly stored: string };
  /** It is in the log and too old to count. */
  readonly late?: boolean;
}

/** Only what is there to be said. */
export const remarksOf = ({ adjusted, late }: { readonly [K in keyof Remarks]: Remarks[K] | undefined }): Remarks => ({
  ...(adjusted === undefined ? {} : { adjusted }),
  ...(late === undefined ? {} : { late }),
});

/** What became of one record of a request. `code` of a refusal is ours or the one ingest gave. */
export type RecordResult =
  | ({ readonly index: number; readonly id: string; readonly status: 'accepted' | 'duplicate' } & Remarks)
  | {
      readonly index: number;
      readonly id: string;
      readonly status: 'refused';
      readonly code: string;
      readonly field: string;
      readonly rule: string;
      readonly value?: string;
      readonly retryable: boolean;
      readonly errors: readonly Problem[];
    };

/** Names what is wrong as a whole: a record that is no object has no field that could be named. */
export const rooted = (problems: readonly Problem[], name: string): readonly Problem[] =>
  problems.map((problem) => (problem.field === '' ? { ...problem, field: name } : problem));

export const refused = (index: number, { id, code, errors }: Refusal): RecordResult => {
  const [first = { field: '', rule: 'is refused' }] = errors;
  return { index, id, status: 'refused', code, ...first, retryable: false, errors };
};

export const accepted = (index: number, result: IntakeResult): RecordResult => {
  if (result.status === 'accepted') return { index, id: result.id, status: result.status, ...remarksOf(result) };
  if (result.status === 'duplicate') return { index, id: result.id, status: result.status };
  const { id, code, field, rule, retryable } = result;
  return { index, id, status: 'refused', code, field, rule, retryable, errors: [{ field, rule }] };
};

/** Nothing is known of what became of these records. Their ids are told, so that a retry can reuse the ones we made. */
export const intakeUnavailable = (ids: readonly string[], cause: unknown): ProblemFailure =>
  new ProblemFailure('INTAKE_UNAVAILABLE', 'the log did not confirm the records; send them again with the same ids', {
    members: { ids },
    headers: { 'Retry-After': '1' },
    cause,
  });

export interface Summary {
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: number;
  readonly results: readonly RecordResult[];
}

export const summaryOf = (results: readonly RecordResult[]): Summary => {
  const count = (status: RecordResult['status']): number => results.filter((result) => result.status === status).length;
  return { accepted: count('accepted'), duplicate: count('duplicate'), refused: count('refused'), results };
};

/**
 * 200: all accepted, now or before. 207: some refused, look at `results`.
 * @throws {ProblemFailure} when nothing was accepted: 503 if that may pass, else 422.
 */
export const batchStatus = (summary: Summary): 200 | 207 => {
  if (summary.refused === 0) return 200;
  if (summary.refused < summary.results.length) return 207;
  const failures = summary.results.filter((result) => result.status === 'refused');
  if (failures.every(({ retryable }) => retryable))
    throw intakeUnavailable(
      failures.map(({ id }) => id),
      undefined,
    );
  throw new ProblemFailure('ALL_REFUSED', 'none of the records could be accepted', {
    errors: failures.slice(0, 20).flatMap(({ index, errors }) => errors.map((error) => ({ ...error, field: `[${index}].${error.field}` }))),
    members: { ...summary },
  });
};

/** A request with one record answers for that record: its refusal is the problem of the request. */
export const soleResult = (
  results: readonly RecordResult[],
  known: (code: string) => code is ProblemCode,
): Exclude<RecordResult, { status: 'refused' }> => {
  const [result] = results;
  if (result === undefined) throw new Error('a request with one record has one result');
  if (result.status !== 'refused') return result;
  if (result.retryable) throw intakeUnavailable([result.id], undefined);
  const [first] = result.errors;
  throw new ProblemFailure(
    known(result.code) ? result.code : 'VALIDATION_FAILED',
    first === undefined ? 'refused' : `${first.field} ${first.rule}`,
    { errors: result.errors, members: { id: result.id } },
  );
};
