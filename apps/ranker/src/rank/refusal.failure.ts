import { Failure, type Problem, type RankRefusal } from '#contracts';

/** The request breaks a rule of `rankRequestSchema`: no replica will take it. */
export class InvalidRankRequest extends Failure {
  readonly code = 'INVALID_REQUEST';
  readonly retryable = false;

  constructor(problems: readonly Problem[]) {
    // The rule and the field, never the value: a request carries a reader's reference and what they searched for.
    super(problems.map(({ field, rule }) => `${field}: ${rule}`).join('; '), { fields: problems.map(({ field }) => field) });
  }
}

/** The state is not restored or not caught up, or this replica is stopping: another one may do better. */
export class RankerNotReady extends Failure {
  readonly code = 'NOT_READY';
  readonly retryable = true;

  constructor(phase: string) {
    super(`this replica is ${phase}`, { phase });
  }
}

/** As many requests as may wait are waiting: refused at once, since a longer queue would only make all of them late. */
export class RankerBusy extends Failure {
  readonly code = 'RANKER_BUSY';
  readonly retryable = true;

  constructor(held: number) {
    super(`${held} requests are held already`, { held });
  }
}

/** The caller's time ran out before the work began, so it was not begun. */
export class DeadlineExceeded extends Failure {
  readonly code = 'DEADLINE_EXCEEDED';
  readonly retryable = false;

  constructor(budgetMs: number) {
    super(`the budget of ${Math.round(budgetMs)} ms was over before the work began`, { budgetMs });
  }
}

/** What the wire says of an error. An error that we did not raise on purpose tells the caller nothing of our inside. */
export const refusalOf = (error: unknown): RankRefusal =>
  error instanceof Failure
    ? { refused: { code: error.code, message: error.message, retryable: error.retryable } }
    : { refused: { code: 'RANK_FAILED', message: 'the ranker could not answer', retryable: true } };
