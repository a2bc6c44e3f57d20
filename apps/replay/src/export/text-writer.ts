import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { csvLine } from '../evaluation/csv-line.js';
import type { RowWriter } from './row-writer.js';
import { columns, type TrainingRow } from './training-row.js';

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

/** RFC 4180 with a line of names; nothing stands where there is no value. */
export const csvWriter = async (path: string): Promise<RowWriter> =>
  new LineWriter(
    path,
    await open(partOf(path), 'w'),
    (row) => csvLine(columns.map(({ read }) => read(row))),
    csvLine(columns.map(({ name }) => name)),
  );

/** One object a line; null where there is no value. */
export const ndjsonWriter = async (path: string): Promise<RowWriter> =>
  new LineWriter(
    path,
    await open(partOf(path), 'w'),
    (row) => `${JSON.stringify(Object.fromEntries(columns.map(({ name, read }) => [name, read(row)])))}\n`,
    '',
  );
