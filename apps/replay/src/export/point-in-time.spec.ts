import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import type { FeedServedData } from '#contracts';
import { personalFeatureNames, RankingState, trendingFeatureNames } from '#ranking';
import { liveLog, type LiveLog } from '../fixtures/live-log.js';
import { plainEncoder, plainSide, plainStateConfig } from '../fixtures/plain-models.js';
import { ListSource } from '../stream/fixtures/list-source.js';
import { readServed } from '../rerank/served-index.js';
import { parquetWriter } from './parquet-writer.js';
import { pointInTimeRows } from './point-in-time.js';
import type { RowWriter } from './row-writer.js';
import { csvWriter, ndjsonWriter } from './text-writer.js';
import { columns, featureColumns, type TrainingRow } from './training-row.js';

let live: LiveLog;
let rows: TrainingRow[];
let folder: string;

const rowsOf = async ({ log }: LiveLog, signal = new AbortController().signal): Promise<TrainingRow[] | null> => {
  const found: TrainingRow[] = [];
  const source = new ListSource(log.records);
  const { earliest, end } = await source.bounds();
  const whole = await pointInTimeRows(
    {
      source,
      range: { from: earliest, to: end },
      start: { positions: {}, make: () => RankingState.empty(plainStateConfig) },
      encoder: plainEncoder,
      side: plainSide('a'),
      keep: () => true,
      outcomeHours: 24,
      signal,
    },
    async (row) => void found.push(row),
  );
  return whole ? found : null;
};

beforeAll(async () => {
  live = await liveLog({ seed: 11, papers: 30, readers: 8, steps: 200, replicas: 3 });
  rows = (await rowsOf(live)) ?? [];
  folder = await mkdtemp(join(tmpdir(), 'broadsheet-export-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const namesOf = ({ model }: FeedServedData): readonly string[] =>
  model.name === 'personal' ? personalFeatureNames : model.name === 'trending' ? trendingFeatureNames : [];

describe('rows as they were known at the moment', () => {
  it('are one for each slot that was served, with the features that the live ranker logged, bit for bit', () => {
    const served = live.log.records.flatMap((record) => (record.topic === 'feed.served.v1' ? (readServed(record)?.data ?? []) : []));
    const slots = served.flatMap((data) => data.slots.map((slot, position) => ({ data, slot, position })));
    expect(rows).toHaveLength(slots.length);
    const rowAt = new Map(rows.map((row) => [`${row.requestId} ${row.position}`, row]));
    let compared = 0;
    for (const { data, slot, position } of slots) {
      const row = rowAt.get(`${data.requestId} ${position}`);
      expect(row?.paperId).toBe(slot.paperId);
      for (const [at, name] of namesOf(data).entries()) {
        if (slot.features === undefined) continue;
        expect([name, row?.features[featureColumns.indexOf(name)]]).toEqual([name, slot.features[at]]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(10_000);
  });

  it('have labels of what was done on that very answer', () => {
    expect(new Set(rows.map(({ label }) => label))).toEqual(new Set([0, 1, 2, 3]));
  });

  it('are the same again', async () => {
    expect(await rowsOf(live)).toEqual(rows);
  });

  it('are left when it is interrupted', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await rowsOf(live, stop.signal)).toBeNull();
  });
});

describe('files of rows', () => {
  const written = async (open: (path: string) => RowWriter | Promise<RowWriter>, name: string): Promise<string> => {
    const path = join(folder, name);
    const writer = await open(path);
    for (const row of rows) await writer.write(row);
    await writer.close();
    return path;
  };
  /** What every format holds, moments as text. */
  const told = (): unknown[] => rows.map((row) => Object.fromEntries(columns.map(({ name, read }) => [name, read(row)])));

  it('hold the same in NDJSON', async () => {
    const text = await readFile(await written(ndjsonWriter, 'rows.ndjson'), 'utf8');
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(told());
  });

  it('hold the same in Parquet, with moments as timestamps and features as doubles', async () => {
    const bytes = await readFile(await written(parquetWriter, 'rows.parquet'));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const read = await parquetReadObjects({ file });
    expect(read[0]?.['at']).toBeInstanceOf(Date);
    expect(read.map((row) => ({ ...row, at: (row['at'] as Date).toISOString() }))).toEqual(told());
  });

  it('hold the same in CSV', async () => {
    const [head, ...lines] = (await readFile(await written(csvWriter, 'rows.csv'), 'utf8')).trimEnd().split('\n');
    expect(head).toBe(columns.map(({ name }) => name).join(','));
    expect(lines).toEqual(rows.map((row) => columns.map(({ read }) => read(row) ?? '').join(',')));
  });

  it('leave nothing behind when they are abandoned', async () => {
    const before = await readdir(folder);
    for (const open of [csvWriter, ndjsonWriter, parquetWriter]) {
      const writer = await open(join(folder, 'abandoned'));
      await writer.write(rows[0]!);
      await writer.abandon();
    }
    expect(await readdir(folder)).toEqual(before);
  });
});
