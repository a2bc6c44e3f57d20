import { Failure, type IntakeResult, type Problem } from '#contracts';

export type Refused = Extract<IntakeResult, { status: 'refused' }>;

/** Why intake refuses a record, and whether the same record may pass later. Documented codes: they travel to the caller of `/v1`. */
export const refusals = {
  /** A rule of the contract is broken. */
  INTAKE_INVALID: { retryable: false },
  /** This reader's id stands for another event already: the client must make a new id for every event. */
  EVENT_ID_REUSED: { retryable: false },
  /** Over 64 KiB as a record. */
  INTAKE_TOO_LARGE: { retryable: false },
  /** More records are under way than this process holds. */
  INTAKE_BUSY: { retryable: true },
  /** The caller's time ran out. The record may still become durable: retry with the same id. */
  INTAKE_DEADLINE: { retryable: true },
  /** The log did not confirm the write. The record may be durable: retry with the same id. */
  INTAKE_LOG_UNAVAILABLE: { retryable: true },
} as const satisfies Record<string, { retryable: boolean }>;

export type RefusalCode = keyof typeof refusals;

export const refused = (id: string, code: RefusalCode, problem: Pick<Problem, 'field' | 'rule'>): Refused => ({
  status: 'refused',
  id,
  code,
  field: problem.field,
  rule: problem.rule,
  retryable: refusals[code].retryable,
});

export const reused = (id: string): Refused => refused(id, 'EVENT_ID_REUSED', { field: 'id', rule: 'was used for another event' });
export const busy = (id: string): Refused =>
  refused(id, 'INTAKE_BUSY', { field: '', rule: 'too many records are under way; try again later' });
export const late = (id: string): Refused =>
  refused(id, 'INTAKE_DEADLINE', { field: '', rule: 'was not confirmed within the time left; try again with the same id' });
export const unavailable = (id: string): Refused =>
  refused(id, 'INTAKE_LOG_UNAVAILABLE', { field: '', rule: 'the log did not confirm the write; try again with the same id' });

/** A message that is not even an envelope of records: nothing in it can be answered one by one. */
export class IntakeMessageFailure extends Failure {
  readonly code = 'INTAKE_MESSAGE';
  readonly retryable = false;

  constructor(problems: readonly Problem[]) {
    super(`the message does not fit the intake contract: ${problems.map(({ field, rule }) => `${field} ${rule}`).join('; ')}`, {
      problems,
    });
  }
}
