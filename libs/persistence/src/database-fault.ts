import { QueryFailedError } from 'typeorm';

/**
 * What a failed statement says about trying again:
 * - `data`: the server refuses these very values (SQLSTATE classes 22 and 23, or a row over a size limit): they can never pass;
 * - `fault`: anything else: the server is away, busy, shutting down, the schema is not migrated yet. May pass.
 *
 * A missing table is a `fault` on purpose: it is mended by an operator, and parking every record meanwhile would be worse.
 */
export type DatabaseFault = 'data' | 'fault';

/** SQLSTATE of a PostgreSQL error, or undefined for trouble of the connection. */
export const sqlState = (error: unknown): string | undefined => {
  const driver: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (driver === null || typeof driver !== 'object' || !('code' in driver)) return undefined;
  return typeof driver.code === 'string' && /^[0-9A-Z]{5}$/.test(driver.code) ? driver.code : undefined;
};

/** 54000: a value over a limit of the server, such as an index row over 2,704 bytes. */
const isDataState = (state: string): boolean => state.startsWith('22') || state.startsWith('23') || state === '54000';

export const databaseFault = (error: unknown): DatabaseFault => {
  const state = sqlState(error);
  return state !== undefined && isDataState(state) ? 'data' : 'fault';
};
