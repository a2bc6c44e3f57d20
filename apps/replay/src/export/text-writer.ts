import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { RowWriter } from './row-writer.js';
import { columns, type Column, type ColumnType, type TrainingRow } from './training-row.js';

/** Characters gathered before they are written. */
const FLUSH_CHARS = 1 << 16;

/** Lines of text into a file. */
class LineWriter implements RowWriter {
  private pending: string;

  constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly lineOf: (row: TrainingRow) => string,
    head: string,
  ) {
    this.pending = head;
  }

  async write(row: TrainingRow): Promise<void> {
    this.pending += this.lineOf(row);
    if (this.pending.length >= FLUSH_CHARS) await this.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
    await rename(partOf(this.path), this.path);
  }

  async abandon(): Promise<void> {
    await this.file.close();
    await rm(partOf(this.path), { force: true });
  }

  private async flush(): Promise<void> {
    await this.file.write(this.pending);
    this.pending = '';
  }
}

const partOf = (path: string): string => `${path}.part`;

/**
 * A double always has a point or an exponent: a reader that guesses types from the first rows must not take a column of doubles for whole numbers. The
 * digits are the fewest that read back to the same double.
 */
const numberText = (value: number, type: ColumnType): string => {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return type === 'DOUBLE' && /^-?\d+$/.test(text) ? `${text}.0` : text;
};

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Text is always quoted, for `2611.00010` looks like a number and is a paper; an empty text is `""`, and nothing at all stands where there is no value. */
const csvField = ({ type, read }: Column, row: TrainingRow): string => {
  const value = read(row);
  if (value === null) return '';
  if (typeof value === 'number') return numberText(value, type);
  return type === 'TIMESTAMP' ? value : quoted(value);
};

const csvLine = (fields: readonly string[]): string => `${fields.join(',')}\r\n`;

/** RFC 4180 in UTF-8, with a line of names. Values are as they are: nothing is put before what a spreadsheet might take for a formula. */
export const csvWriter = async (path: string): Promise<RowWriter> =>
  new LineWriter(
    path,
    await open(partOf(path), 'w'),
    (row) => csvLine(columns.map((column) => csvField(column, row))),
    csvLine(columns.map(({ name }) => quoted(name))),
  );

const jsonValue = ({ type, read }: Column, row: TrainingRow): string => {
  const value = read(row);
  return typeof value === 'number' ? numberText(value, type) : JSON.stringify(value);
};

/** One object a line with every column; null where there is no value. */
export const ndjsonWriter = async (path: string): Promise<RowWriter> =>
  new LineWriter(
    path,
    await open(partOf(path), 'w'),
    (row) => `{${columns.map((column) => `${JSON.stringify(column.name)}:${jsonValue(column, row)}`).join(',')}}\n`,
    '',
  );
