import { rename, rm } from 'node:fs/promises';
import { fileWriter, ParquetWriter, schemaFromColumnData, type ColumnSource } from 'hyparquet-writer';
import type { RowWriter } from './row-writer.js';
import { columns, type Column, type TrainingRow } from './training-row.js';

/** Rows of one group: what is held in memory, some 10 MB. */
const GROUP_ROWS = 10_000;

const valueOf = ({ type, read }: Column, row: TrainingRow): string | number | Date | null => {
  const value = read(row);
  return type === 'TIMESTAMP' && typeof value === 'string' ? new Date(value) : value;
};

const sourcesOf = (rows: readonly TrainingRow[]): ColumnSource[] =>
  columns.map((column) => ({
    name: column.name,
    data: rows.map((row) => valueOf(column, row)),
    type: column.type,
    nullable: column.nullable,
  }));

/** Apache Parquet with a row group for each 10,000 rows; moments are timestamps in UTC, features are doubles. */
export const parquetWriter = (path: string): RowWriter => {
  const part = `${path}.part`;
  const writer = new ParquetWriter({ writer: fileWriter(part), schema: schemaFromColumnData({ columnData: sourcesOf([]) }) });
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
