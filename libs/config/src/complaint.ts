import { Failure } from '#contracts';
import { ConfigFailure } from './config.failure.js';
import { UsageError } from './usage-error.js';

/** What a command says of an error, and its exit code: 1, a fault of ours or one that may pass; 2, what was typed or set can not be used. */
export interface Complaint {
  readonly line: string;
  readonly code: 1 | 2;
}

/** @param help how to ask the command for help, as it is typed */
export const complaintOf = (error: unknown, help: string): Complaint => {
  if (error instanceof UsageError) return { line: `${error.message}\ntry ${help}`, code: 2 };
  if (error instanceof ConfigFailure) return { line: error.message, code: 2 };
  if (error instanceof Failure) return { line: `${error.code}: ${error.message}`, code: error.retryable ? 1 : 2 };
  return { line: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 1 };
};
