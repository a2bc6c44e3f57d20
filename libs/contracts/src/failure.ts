/**
 * Base of every error that we raise on purpose.
 *
 * `code` is stable and documented (it appears in problem+json, dead letters and logs); `retryable` is the only thing
 * a retry loop reads; `details` holds the facts needed to act, never a secret or a reader's id.
 */
export abstract class Failure extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;

  constructor(
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}
