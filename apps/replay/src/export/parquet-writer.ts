import { rename, rm } from 'node:fs/promises';
import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer';
import type { RowWriter } from './row-writer.js';
import { columns, type Column, type ColumnType, type TrainingRow } from './training-row.js';

/** Rows of one group: what is held in memory, some 10 MB. */
const GROUP_ROWS = 10_000;

/** The form in which the library takes a value of this type. */
const valueOf = ({ type, read }: Column, row: TrainingRow): string | number | bigint | Date | null => {
  const value = read(row);
  if (type === 'TIMESTAMP' && typeof value === 'string') return new Date(value);
  return type === 'INT64' && typeof value === 'number' ? BigInt(value) : value;
};

const sourcesOf = (rows: readonly TrainingRow[]): ColumnSource[] =>
  columns.map((column) => ({
    name: column.name,
    data: rows.map((row) => valueOf(column, row)),
    // The library's dictionaries take -0 for 0.
    ...(column.type === 'DOUBLE' ? { encoding: 'PLAIN' as const } : {}),
  }));

/** The library would write moments in a form of before readers knew time zones, and some then take them for local time. */
const elements: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  TIMESTAMP: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
  INT64: { type: 'INT64' },
  DOUBLE: { type: 'DOUBLE' },
};

const schema: SchemaElement[] = [
  { name: 'root', num_children: columns.length },
  ...columns.map(({ name, type, nullable }): SchemaElement => {
    return { name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED', ...elements[type] };
  }),
];

/** Apache Parquet with a row group for each 10,000 rows; moments are timestamps in UTC, whole numbers have 64 bits, features are doubles. The same rows give the same bytes. */
export const parquetWriter = (path: string): RowWriter => {
  const part = `${path}.part`;
  const writer = new ParquetWriter({ writer: fileWriter(part), schema });
  let rows: TrainingRow[] = [];
  const flush = async (): Promise<void> => {
    if (rows.length > 0) await writer.write({ columnData: sourcesOf(rows), rowGroupSize: GROUP_ROWS });
    rows = [];
  };
  return {
    write: async (row) => {
      rows.push(row);
      if (rows.length >= GROUP_ROWS) await flush();
    },
    close: async () => {
      await flush();
      await writer.finish();
      await rename(part, path);
    },
    abandon: () => rm(part, { force: true }),
  };
};
