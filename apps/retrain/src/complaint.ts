import { complaintOf as plainComplaintOf } from '#config';
import { LittleDataFailure } from '#model';
import { exitCodes } from './exit-codes.js';

/** What to say of an error, and the exit code it ends with. @param help the command, as it is typed */
export const complaintOf = (error: unknown, help: string): { readonly line: string; readonly code: number } => {
  const complaint = plainComplaintOf(error, `${help} --help`);
  return error instanceof LittleDataFailure ? { ...complaint, code: exitCodes.littleData } : complaint;
};
