import { Failure, type Problem } from '#contracts';
import type { AdminReply } from '#telemetry';

/** Titles by code; codes that the HTTP API has too mean the same here. docs/operate.md lists them. */
const titles = {
  BODY_INVALID: 'The body breaks a rule',
  AUTHENTICATION_REQUIRED: 'An API key is needed',
  API_KEY_INVALID: 'The API key is unknown or revoked',
  SCOPE_MISSING: 'The API key lacks the scope for this',
  ROUTE_UNKNOWN: 'There is nothing at this path',
  METHOD_NOT_ALLOWED: 'The path does not take this method',
  BODY_TOO_LARGE: 'The body is too large',
  MEDIA_TYPE_UNSUPPORTED: 'The body must be application/json',
  MODEL_CHANGE_CONFLICT: 'The registry is not in a state for this',
  MODEL_UNFIT: 'The version is not fit to serve',
  REGISTRY_UNAVAILABLE: 'The registry can not be reached',
  INTERNAL: 'We failed',
} as const;
export type AdminProblemCode = keyof typeof titles;

/** An order that is not followed. Becomes one problem+json answer (RFC 9457). */
export class AdminProblem extends Failure {
  readonly retryable: boolean;

  constructor(
    readonly status: number,
    readonly code: AdminProblemCode,
    detail: string,
    private readonly extras: {
      readonly errors?: readonly Problem[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, {}, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.retryable = status === 503;
  }

  reply(): AdminReply {
    const { errors = [], headers } = this.extras;
    return {
      status: this.status,
      type: 'application/problem+json',
      body: {
        type: `urn:broadsheet:problem:${this.code.toLowerCase().replaceAll('_', '-')}`,
        title: titles[this.code],
        status: this.status,
        detail: this.message,
        code: this.code,
        ...(errors.length > 0 ? { errors } : {}),
      },
      ...(headers === undefined ? {} : { headers }),
    };
  }
}
