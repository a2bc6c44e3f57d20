import type { Problem } from '#contracts';
import { problemCatalogue } from './catalogue.js';
import type { ProblemFailure } from './problem.failure.js';

/** RFC 9457 with our members: `code` is stable, `errors` names each field, the rule it broke and the value it had. */
export interface ProblemJson {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly Problem[];
}

export const problemJson = (failure: ProblemFailure, requestId: string): ProblemJson & Record<string, unknown> => ({
  type: `/docs/errors#${failure.code.toLowerCase().replaceAll('_', '-')}`,
  title: problemCatalogue[failure.code].title,
  status: failure.status,
  detail: failure.message,
  code: failure.code,
  requestId,
  ...(failure.errors.length > 0 ? { errors: failure.errors } : {}),
  ...failure.members,
});

/** Clients of the Hub read `error` from the body and this header; header values must be ASCII. */
export const hubErrorMessage = (failure: ProblemFailure): string => failure.message.replaceAll(/[^ -~]/g, '?').slice(0, 300);
