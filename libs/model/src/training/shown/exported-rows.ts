import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { linesOf } from '../text-lines.js';

/** A row as a file has it, and where it stands there, for messages. */
export interface ExportedRow {
  readonly row: Readonly<Record<string, unknown>>;
  readonly place: string;
}

/** Rows read at once: a group as `replay export` writes them. */
const AT_ONCE = 10_000;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Rows of a `.ndjson`, `.ndjson.gz` or `.parquet` file, one after the other. @throws Error the file can not be read, or has another ending. */
export const exportedRows = (path: string): AsyncIterable<ExportedRow> => {
  if (path.endsWith('.parquet')) return parquetRows(path);
  if (/\.ndjson(\.gz)?$/.test(path)) return ndjsonRows(path);
  throw new Error(`--rows ${path}: must end in .ndjson, .ndjson.gz or .parquet`);
};

async function* ndjsonRows(path: string): AsyncGenerator<ExportedRow> {
  for await (const { line, number } of linesOf(path)) {
    const place = `line ${number}`;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      row = null;
    }
    if (!isObject(row)) throw new Error(`${path}, ${place}: must be a JSON object`);
    yield { row, place };
  }
}

async function* parquetRows(path: string): AsyncGenerator<ExportedRow> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const total = Number(metadata.num_rows);
  for (let from = 0; from < total; from += AT_ONCE) {
    const rows = await parquetReadObjects({ file, metadata, rowStart: from, rowEnd: Math.min(total, from + AT_ONCE) });
    for (const [index, row] of rows.entries()) yield { row: plain(row), place: `row ${from + index + 1}` };
  }
}

/** Whole numbers and moments as NDJSON has them. */
const plain = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? Number(value) : value instanceof Date ? value.toISOString() : value,
    ]),
  );
