import { createHash } from 'node:crypto';
import { periods } from '#contracts';
import { ExportedRowsFailure } from './exported-rows.failure.js';
import { openRowFile } from './row-files.js';
import type { FileRow, RowFile } from './row-files.js';
import { retrainable } from './shown-list.js';
import type { RetrainableModel, ShownList } from './shown-list.js';

export interface ShownLists {
  /** Of the answers that the model ordered, by time. */
  readonly lists: readonly ShownList[];
  /** Rows in the file, of all surfaces. */
  readonly rowsInFile: number;
  /** Share of the answers that was read; below 1 where the file has more rows than may be held. */
  readonly share: number;
}

/** What is being gathered of one answer. */
interface Gathering {
  readonly requestId: string;
  readonly at: number;
  readonly reader: string | null;
  readonly head: number;
  readonly rows: number[];
  readonly gains: number[];
  /** Whether it is among those that are read. */
  readonly kept: boolean;
}

/**
 * Reads what `replay export --point-in-time` wrote: the answers that a model of this kind ordered. Rows whose paper was no candidate when the answer was made
 * again have no features and are left out, as are answers of surfaces that the model does not rank.
 *
 * Holds at most about `mostRows` rows of float32: of a longer file the same share of the answers of all times, chosen by a hash of their ids.
 * @throws {ExportedRowsFailure} a column is missing, or a value is not what the column must hold.
 */
export const readShownLists = async (path: string, kind: RetrainableModel, mostRows: number): Promise<ShownLists> => {
  const file = await openRowFile(path);
  const rowsInFile = await file.count();
  const share = Math.min(1, mostRows / Math.max(1, rowsInFile));
  const lists: ShownList[] = [];
  for await (const gathered of answersOf(file, kind, share)) {
    const { requestId, at, reader, head, rows, gains } = gathered;
    if (gains.length > 0)
      lists.push({ requestId, at, reader, head, rows: Float32Array.from(rows), count: gains.length, gains: Float32Array.from(gains) });
  }
  lists.sort((a, b) => a.at - b.at || (a.requestId < b.requestId ? -1 : 1));
  return { lists, rowsInFile, share };
};

async function* answersOf(file: RowFile, kind: RetrainableModel, share: number): AsyncGenerator<Gathering> {
  const columns = retrainable[kind].map((name) => `f_${name}`);
  const done = new Set<string>();
  let current: Gathering | undefined;
  for await (const { row, number } of file.rows()) {
    const read = new CheckedRow(file.path, row, number);
    const requestId = read.text('request_id');
    if (current?.requestId !== requestId) {
      if (current?.kept === true) yield current;
      if (done.has(requestId)) throw read.problem('request_id', 'must be together with the other rows of its request');
      done.add(requestId);
      const head = periods.indexOf(read.text('period') as (typeof periods)[number]);
      if (head < 0) throw read.problem('period', `must be one of ${periods.join(', ')}`);
      const reader = read.nullable('reader_ref') ? null : read.text('reader_ref');
      current = { requestId, at: read.moment('at'), reader, head, rows: [], gains: [], kept: isSampled(requestId, share) };
    }
    if (!current.kept) continue;
    const features = columns.map((column) => read.number(column));
    if (features.some((value) => value === null)) continue;
    current.rows.push(...(features as number[]));
    current.gains.push(read.gain('label'));
  }
  if (current?.kept === true) yield current;
}

/** Always the same answers for one share, and in a larger share all of a smaller one. */
const isSampled = (requestId: string, share: number): boolean =>
  share >= 1 || createHash('sha256').update(requestId).digest().readUInt32BE() < share * 2 ** 32;

/** Values of one row, each checked as it is read. */
class CheckedRow {
  constructor(
    private readonly path: string,
    private readonly row: FileRow,
    private readonly number_: number,
  ) {}

  problem(column: string, rule: string): ExportedRowsFailure {
    return new ExportedRowsFailure(this.path, `row ${this.number_}, ${column} ${shown(this.row[column])}: ${rule}`);
  }

  nullable(column: string): boolean {
    return this.value(column) === null;
  }

  text(column: string): string {
    const value = this.value(column);
    if (typeof value === 'string' && value !== '' && value.length <= 500) return value;
    throw this.problem(column, 'must be a text of 1 to 500 characters');
  }

  moment(column: string): number {
    const value = this.value(column);
    const at = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : NaN;
    if (Number.isFinite(at)) return at;
    throw this.problem(column, 'must be a moment');
  }

  /** A float32; null where the row has none. */
  number(column: string): number | null {
    const value = this.value(column);
    if (value === null) return null;
    if (typeof value === 'number' && Number.isFinite(Math.fround(value))) return value;
    throw this.problem(column, 'must be a number that a float32 holds, or null');
  }

  gain(column: string): number {
    const value = this.value(column);
    const gain = typeof value === 'bigint' ? Number(value) : value;
    if (typeof gain === 'number' && Number.isInteger(gain) && gain >= 0 && gain <= 10) return gain;
    throw this.problem(column, 'must be a whole number from 0 to 10');
  }

  private value(column: string): unknown {
    const value = this.row[column];
    if (value !== undefined) return value;
    throw new ExportedRowsFailure(
      this.path,
      `row ${this.number_} has no column ${column}: export it again with this version, whose models have this feature list`,
    );
  }
}

const shown = (value: unknown): string => {
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
};
