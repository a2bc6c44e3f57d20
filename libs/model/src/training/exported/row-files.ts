import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { linesOf } from '../text-lines.js';
import { ExportedRowsFailure } from './exported-rows.failure.js';

/** One row of a file of exported rows by column name, as its format tells it. */
export type FileRow = Readonly<Record<string, unknown>>;

/** A file of rows that can be read as often as one likes, a part at a time. */
export interface RowFile {
  readonly path: string;
  count(): Promise<number>;
  /** Rows in their order, with their numbers from 1. @throws {ExportedRowsFailure} a row is not one. */
  rows(): AsyncIterable<{ readonly row: FileRow; readonly number: number }>;
}

/** Rows held at once: some 10 MB. */
const CHUNK_ROWS = 10_000;

const isRow = (value: unknown): value is FileRow => typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (path: string, line: string, number: number): FileRow => {
  try {
    const value: unknown = JSON.parse(line);
    if (isRow(value)) return value;
  } catch {
    // Told below: what the parser says of a line adds nothing to where it stands.
  }
  throw new ExportedRowsFailure(path, `row ${number} is no JSON object`);
};

const ndjson = (path: string): RowFile => ({
  path,
  count: async () => {
    let count = 0;
    for await (const line of linesOf(path)) count += Number(line.number > 0);
    return count;
  },
  async *rows() {
    for await (const { line, number } of linesOf(path)) yield { row: parsed(path, line, number), number };
  },
});

const parquet = async (path: string): Promise<RowFile> => {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw new ExportedRowsFailure(path, 'is no Parquet file, or not whole', { cause: error });
  });
  const total = Number(metadata.num_rows);
  return {
    path,
    count: () => Promise.resolve(total),
    async *rows() {
      for (let from = 0; from < total; from += CHUNK_ROWS) {
        const chunk = await parquetReadObjects({ file, metadata, rowStart: from, rowEnd: Math.min(total, from + CHUNK_ROWS) });
        for (const [at, row] of chunk.entries()) yield { row, number: from + at + 1 };
      }
    },
  };
};

/** @throws {ExportedRowsFailure} the file can not be opened, or is of a format that can not be read exactly (CSV carries no types). */
export const openRowFile = async (path: string): Promise<RowFile> => {
  const open = path.endsWith('.parquet') ? parquet : /\.ndjson(\.gz)?$/.test(path) ? ndjson : null;
  if (open === null) throw new ExportedRowsFailure(path, 'must end in .parquet, .ndjson or .ndjson.gz');
  try {
    return await open(path);
  } catch (error) {
    if (error instanceof ExportedRowsFailure) throw error;
    throw new ExportedRowsFailure(path, `can not be read (${error instanceof Error ? error.message : 'unknown'})`, { cause: error });
  }
};
