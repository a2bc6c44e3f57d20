import { QueryFailedError } from 'typeorm';

/**
 * What a failed statement says about trying again:
 * - `data`: the server refuses these very values (SQLSTATE classes 22 and 23, or a row over a size limit): they can never pass;
 * - `fault`: anything else: the server is away, busy, shutting down, the schema is not migrated yet. May pass.
 *
 * A missing table is a `fault` on purpose: it is mended by an operator, and parking every record meanwhile would be worse. So is a
 * partition that is missing (23514 of an INSERT): it is made before the next try.
 */
export type DatabaseFault = 'data' | 'fault';

interface DriverError {
  readonly code?: unknown;
  readonly constraint?: unknown;
}

const driverErrorOf = (error: unknown): DriverError | null => {
  const driver: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return driver !== null && typeof driver === 'object' ? driver : null;
};

/** SQLSTATE of a PostgreSQL error, or undefined for trouble of the connection. */
export const sqlState = (error: unknown): string | undefined => {
  const code = driverErrorOf(error)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
};

/** No partition takes the row. PostgreSQL says so with the state of a broken CHECK, but then it names no constraint. */
const isMissingPartitionState = (state: string | undefined, constraint: unknown): boolean => state === '23514' && constraint === undefined;

export const isMissingPartition = (error: unknown): boolean => isMissingPartitionState(sqlState(error), driverErrorOf(error)?.constraint);

/** Whether a state, and the constraint that was named with it, are the fault of the values. 54000: over a limit of the server, such as an index row over 2,704 bytes. */
export const isDataFault = (state: string | undefined, constraint: unknown): boolean =>
  state !== undefined &&
  (state.startsWith('22') || state.startsWith('23') || state === '54000') &&
  !isMissingPartitionState(state, constraint);

export const databaseFault = (error: unknown): DatabaseFault =>
  isDataFault(sqlState(error), driverErrorOf(error)?.constraint) ? 'data' : 'fault';
