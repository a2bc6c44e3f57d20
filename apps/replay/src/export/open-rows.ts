import { parquetWriter } from './parquet-writer.js';
import type { ExportFormat, RowWriter } from './row-writer.js';
import { csvWriter, ndjsonWriter } from './text-writer.js';

const writers: Readonly<Record<ExportFormat, (path: string) => RowWriter | Promise<RowWriter>>> = {
  parquet: parquetWriter,
  csv: csvWriter,
  ndjson: ndjsonWriter,
};

/** Begins a file of rows. Every format holds the same columns, rows and types. */
export const openRows = async (format: ExportFormat, path: string): Promise<RowWriter> => writers[format](path);
