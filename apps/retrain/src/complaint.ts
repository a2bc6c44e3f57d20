import { ConfigFailure, UsageError } from '#config';
import { Failure } from '#contracts';
import { LittleDataFailure } from '#model';
import { exitCodes } from './exit-codes.js';

/** What to say of an error, and the exit code it ends with. */
export const complaintOf = (error: unknown, help: string): { readonly line: string; readonly code: number } => {
  if (error instanceof UsageError) return { line: `${error.message}\ntry ${help} --help`, code: exitCodes.unusable };
  if (error instanceof ConfigFailure) return { line: error.message, code: exitCodes.unusable };
  if (error instanceof LittleDataFailure) return { line: `${error.code}: ${error.message}`, code: exitCodes.littleData };
  if (error instanceof Failure)
    return { line: `${error.code}: ${error.message}`, code: error.retryable ? exitCodes.fault : exitCodes.unusable };
  return { line: error instanceof Error ? (error.stack ?? error.message) : String(error), code: exitCodes.fault };
};
