import { Failure, type Problem, renderValue } from '#contracts';
import { problemCatalogue, type ProblemCode } from './catalogue.js';

export interface ProblemExtras {
  /** Each broken rule with its field and value. */
  readonly errors?: readonly Problem[];
  /** Further members of the answer, such as `results`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A request that can not be answered as asked. Becomes one problem+json answer, with the status that the catalogue gives its code. */
export class ProblemFailure extends Failure {
  readonly status: number;
  readonly retryable: boolean;
  readonly errors: readonly Problem[];
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    { errors = [], members = {}, headers = {}, cause }: ProblemExtras = {},
  ) {
    super(detail, {}, cause === undefined ? undefined : { cause });
    this.status = problemCatalogue[code].status;
    this.retryable = this.status === 429 || this.status === 503;
    this.errors = errors;
    this.members = members;
    this.headers = headers;
  }
}

/** @param path as it was sent */
export const routeUnknown = (detail: string, path: string): ProblemFailure =>
  new ProblemFailure('ROUTE_UNKNOWN', detail, {
    errors: [{ field: 'path', rule: 'must be a path of /openapi.json', value: renderValue(path) }],
  });

/** The shortest way to say that one parameter is wrong. */
export const parameterProblem = (problems: readonly Problem[]): ProblemFailure =>
  new ProblemFailure('PARAMETER_INVALID', problems.map(({ field, rule }) => `${field} ${rule}`).join('; '), { errors: problems });
