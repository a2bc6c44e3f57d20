import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { openRows } from './open-rows.js';
import { exportFormats, type ExportFormat } from './row-writer.js';
import { columns, featureColumns, type TrainingRow } from './training-row.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rows-'))));
afterEach(() => rm(folder, { recursive: true }));

/** Values that a careless writer or reader spoils. */
const numbers = [0, -0, 1, -1, 0.1, Math.fround(0.1), 1e-7, 1e21, Number.MIN_VALUE, Number.MAX_VALUE, null];

const row = (n: number, fields: Partial<TrainingRow> = {}): TrainingRow => ({
  requestId: `request-${n}`,
  at: new Date(Date.parse('2026-11-01T00:00:00Z') + n * 1001).toISOString(),
  readerRef: n % 3 === 0 ? null : `r_${String(n).padStart(22, '0')}`,
  surface: 'for-you',
  period: 'day',
  arm: 'control',
  position: n % 10,
  paperId: `2611.${String(n * 10).padStart(5, '0')}`,
  source: 'trending',
  propensity: n % 2 === 0 ? 1 : 0.02,
  seen: n % 2,
  label: n % 4,
  features: featureColumns.map((_, column) => numbers[(n + column) % numbers.length]!),
  ...fields,
});

const odd = row(7, { surface: '', arm: 'two\r\n"lines", and =1+1', source: 'naïve – 𝛼' });

const written = async (format: ExportFormat, rows: readonly TrainingRow[], name = `rows.${format}`): Promise<string> => {
  const path = join(folder, name);
  const writer = await openRows(format, path);
  for (const each of rows) await writer.write(each);
  expect(existsSync(path)).toBe(false);
  await writer.close();
  return path;
};

type Cells = readonly unknown[];
const cellsOf = (each: TrainingRow): Cells => columns.map(({ read }) => read(each));

const parquetCells = async (path: string): Promise<Cells[]> => {
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  return read.map((object) =>
    columns.map(({ name }) => {
      const value: unknown = object[name];
      if (value instanceof Date) return value.toISOString();
      return typeof value === 'bigint' ? Number(value) : value;
    }),
  );
};

const ndjsonCells = async (path: string): Promise<Cells[]> =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => {
      const object = JSON.parse(line) as Record<string, unknown>;
      expect(Object.keys(object)).toEqual(columns.map(({ name }) => name));
      return Object.values(object);
    });

/** As RFC 4180 says, and nothing more: a field in quotes is text, an empty one is none. */
const csvFields = (text: string): (string | null)[][] => {
  const lines: (string | null)[][] = [[]];
  for (const [, inQuotes, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gu)) {
    lines.at(-1)!.push(inQuotes === undefined ? (bare === '' ? null : bare) : inQuotes.replaceAll('""', '"'));
    if (end === '\r\n') lines.push([]);
  }
  return lines.slice(0, -1);
};

const csvCells = async (path: string): Promise<Cells[]> => {
  const [head, ...lines] = csvFields(await readFile(path, 'utf8'));
  expect(head).toEqual(columns.map(({ name }) => name));
  return lines.map((line) =>
    line.map((cell, at) => (cell === null || columns[at]!.type === 'STRING' || columns[at]!.type === 'TIMESTAMP' ? cell : Number(cell))),
  );
};

const readBack = { parquet: parquetCells, csv: csvCells, ndjson: ndjsonCells };

describe.each(exportFormats)('rows as %s', (format) => {
  it('read back as they were, to the last bit', async () => {
    const rows = [odd, ...Array.from({ length: 40 }, (_, n) => row(n))];
    expect(await readBack[format](await written(format, rows))).toEqual(rows.map(cellsOf));
  });

  it('have the same bytes when written again', async () => {
    const rows = Array.from({ length: 20 }, (_, n) => row(n));
    const hashOf = async (path: string): Promise<string> =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    expect(await hashOf(await written(format, rows, 'once'))).toBe(await hashOf(await written(format, rows, 'again')));
  });

  it('leave no file behind when they are given up', async () => {
    const path = join(folder, 'given-up');
    const writer = await openRows(format, path);
    await writer.write(row(1));
    await writer.abandon();
    expect(existsSync(path) || existsSync(`${path}.part`)).toBe(false);
  });
});

it('are a table with columns also when there are none', async () => {
  expect(await parquetCells(await written('parquet', []))).toEqual([]);
  expect(csvFields(await readFile(await written('csv', []), 'utf8'))).toEqual([columns.map(({ name }) => name)]);
  expect(await readFile(await written('ndjson', []), 'utf8')).toBe('');
});

it('go over the border of a Parquet row group', async () => {
  const rows = Array.from({ length: 10_001 }, (_, n) => row(n));
  const path = await written('parquet', rows);
  const file = await asyncBufferFromFile(path);
  expect((await parquetMetadataAsync(file)).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([10_000, 1]);
  const last = await parquetReadObjects({ file, rowStart: 10_000 });
  expect(last[0]).toMatchObject({ request_id: 'request-10000', label: 0n });
});

it.each([
  { why: 'text that looks like a number', column: 'paper_id', csv: '"2611.00010"' },
  { why: 'whole numbers', column: 'position', csv: '1' },
  { why: 'doubles without a fraction', column: 'propensity', csv: '1.0' },
  { why: 'moments', column: 'at', csv: '2026-11-01T00:00:01.001Z' },
])('tell a reader of CSV who guesses types: $why', async ({ column, csv }) => {
  const line = (await readFile(await written('csv', [row(1, { propensity: 1 })]), 'utf8')).split('\r\n')[1]!;
  expect(line.split(',')[columns.findIndex(({ name }) => name === column)]).toBe(csv);
});
