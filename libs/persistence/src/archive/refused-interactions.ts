import type { DataSource } from 'typeorm';
import { isDataFault } from '../database-fault.js';
import { type ArchivedInteraction, columns, valuesOf } from './interaction-row.js';

/** An event that the database does not take, whatever stands beside it. */
export interface RefusedInteraction {
  readonly interaction: ArchivedInteraction;
  /** What the database says. */
  readonly reason: string;
}

interface Refusal {
  readonly place: number;
  readonly state: string;
  /** Name of the constraint; empty when none was broken. */
  readonly broken: string;
  readonly message: string;
}

const keys = columns.map(([name]) => name.replaceAll('"', ''));

/** A lone surrogate goes over the wire as U+FFFD in an append, but JSON would escape it and the server refuse it: both must see one text. */
const asSent = (_: string, value: unknown): unknown => (typeof value === 'string' ? Buffer.from(value).toString() : value);

const documentOf = (row: ArchivedInteraction): string => {
  const values = valuesOf(row);
  return JSON.stringify(Object.fromEntries(keys.map((key, place) => [key, values[place]])), asSent);
};

/**
 * Asks the function `refused_interactions` (see its migration) which of the rows the database refuses.
 * Rows that failed for a reason that may pass are not among them: the append meets that reason again and says so.
 */
export const refusedInteractions = async (
  dataSource: DataSource,
  batch: readonly ArchivedInteraction[],
): Promise<readonly RefusedInteraction[]> => {
  const refusals = await dataSource.query<Refusal[]>('SELECT place, state, broken, message FROM refused_interactions($1::text[])', [
    batch.map(documentOf),
  ]);
  return refusals.flatMap(({ place, state, broken, message }) => {
    const interaction = batch[place];
    return interaction !== undefined && isDataFault(state, broken === '' ? undefined : broken) ? [{ interaction, reason: message }] : [];
  });
};
