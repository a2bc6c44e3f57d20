import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetWriteFile } from 'hyparquet-writer';
import { personalFeatureNames, seededRandom, trendingFeatureNames } from '#ranking';
import { newestModel } from '../../manifest/newest-model.js';
import { OnnxRowScorer } from '../../session/onnx-row-scorer.js';
import { rowExpectations } from '../../session/row-expectations.js';
import { ExportedRowsFailure } from './exported-rows.failure.js';
import { parseGainRule } from './gain-rule.js';
import { LittleDataFailure } from './little-data.failure.js';
import { readShownLists } from './read-shown-lists.js';
import type { RetrainableModel } from './shown-list.js';
import { trainFromExport } from './train-from-export.js';
import type { FromExport } from './train-from-export.js';

const shipped = fileURLToPath(new URL('../../../../../models', import.meta.url));
const features = [...new Set([...personalFeatureNames, ...trendingFeatureNames])];
const own = { personal: personalFeatureNames, trending: trendingFeatureNames } as const;

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'from-export-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

type Row = Record<string, string | number | null>;

/** Answers of ten papers whose readers choose by one feature alone, or by the throw of dice. */
const answers = (kind: RetrainableModel, count: number, chosenBy: string | null, seed = 1): Row[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, n) => {
    const rows = Array.from({ length: 10 }, (_, position): Row => ({
      request_id: `request-${n}`,
      at: new Date(Date.parse('2026-11-01T00:00:00Z') + n * 60_000).toISOString(),
      reader_ref: n % 7 === 0 ? null : `r_${String(n % 50).padStart(22, '0')}`,
      surface: kind === 'personal' ? 'for-you' : 'trending',
      period: n % 2 === 0 ? 'day' : 'week',
      position,
      paper_id: `2611.${String(position).padStart(5, '0')}`,
      label: 0,
      ...Object.fromEntries(features.map((name) => [`f_${name}`, own[kind].includes(name as never) ? Math.fround(random()) : null])),
    }));
    const worth = rows.map((row) => (chosenBy === null ? random() : Number(row[`f_${chosenBy}`])));
    rows[worth.indexOf(Math.max(...worth))]!['label'] = 3;
    return rows;
  }).flat();
};

const file = async (rows: readonly Row[], name = 'rows.ndjson'): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
};

const options = async (kind: RetrainableModel, path: string, changes: Partial<FromExport> = {}): Promise<FromExport> => ({
  kind,
  file: path,
  live: (await newestModel(shipped, kind))!,
  out: join(folder, 'models'),
  seed: 1,
  mostRows: 100_000,
  heldOut: 0.2,
  least: { requests: 100, heldOut: 50, readers: 10 },
  keepIf: parseGainRule('ndcg@10.low>0')!,
  ...changes,
});

const quiet = (): void => undefined;

describe('trainFromExport', () => {
  it.each([
    // By what the shipped models take for a bad sign, or for none.
    ['personal', 'log_authors'],
    ['trending', 'log_authors'],
  ] as const)('%s learns what these readers choose by, and what is judged is what a ranker loads', async (kind, feature) => {
    const { verdict, written } = await trainFromExport(await options(kind, await file(answers(kind, 400, feature))), quiet);
    expect(verdict).toMatchObject({ requests: 80 });
    expect(verdict.difference.low).toBeGreaterThan(0.02);
    expect(verdict.trained).toBeGreaterThan(verdict.live);
    const { manifest, directory } = written!;
    expect(directory).toBe(join(folder, 'models', kind, manifest.version));
    expect(manifest.metrics['lead']).toBeCloseTo(verdict.difference.mean, 3);
    expect(manifest.trained.data).toMatch(/^answers of this site, 2026-11-01T00:00:00.000Z to 2026-11-01T0/);
    expect(manifest.licence).not.toBe('Apache-2.0');
    const scorer = await OnnxRowScorer.load(directory, rowExpectations[kind]);
    expect(scorer.version).toBe(manifest.version);
    await scorer.close();
  });

  it('keeps nothing where readers choose by chance, and leaves nothing behind', async () => {
    const { verdict, written } = await trainFromExport(await options('personal', await file(answers('personal', 400, null))), quiet);
    expect(verdict.difference.low).toBeLessThanOrEqual(0);
    expect(written).toBeNull();
    expect(await readdir(folder)).toEqual(['rows.ndjson']);
  });

  it('gives the same bytes again', async () => {
    const path = await file(answers('personal', 300, 'log_authors'));
    const keepIf = parseGainRule('ndcg@10>=-1')!;
    const once = await trainFromExport(await options('personal', path, { keepIf }), quiet);
    const again = await trainFromExport(await options('personal', path, { keepIf, out: join(folder, 'again') }), quiet);
    expect(again.written!.manifest.files).toEqual(once.written!.manifest.files);
    expect(again.verdict).toEqual(once.verdict);
  });

  it.each([
    [{ requests: 1000, heldOut: 1, readers: 1 }, 'answers that personal can learn from: there are 80, there must be 1000 or more'],
    [{ requests: 1, heldOut: 21, readers: 1 }, 'answers held out that personal can be judged by: there are 20, there must be 21 or more'],
    [{ requests: 1, heldOut: 1, readers: 60 }, 'readers of the answers held out: there are 20, there must be 60 or more'],
  ])('refuses too little: %j', async (least, message) => {
    const path = await file(answers('personal', 100, 'log_authors'));
    const run = trainFromExport(await options('personal', path, { least }), quiet);
    await expect(run).rejects.toThrow(LittleDataFailure);
    await expect(run).rejects.toThrow(message);
  });
});

describe('readShownLists', () => {
  it('reads the same from Parquet as from NDJSON', async () => {
    const rows = answers('personal', 5, 'log_authors');
    const parquet = join(folder, 'rows.parquet');
    parquetWriteFile({
      filename: parquet,
      columnData: Object.keys(rows[0]!).map((name) => ({
        name,
        data: rows.map((row) => (name === 'at' ? new Date(String(row['at'])) : name === 'label' ? BigInt(row[name]!) : row[name])),
        type:
          name === 'at'
            ? 'TIMESTAMP'
            : name === 'label'
              ? 'INT64'
              : typeof rows[1]![name] === 'string' || name === 'reader_ref'
                ? 'STRING'
                : 'DOUBLE',
      })),
    });
    const [fromParquet, fromNdjson] = [
      await readShownLists(parquet, 'personal', 1000),
      await readShownLists(await file(rows), 'personal', 1000),
    ];
    expect(fromParquet).toEqual(fromNdjson);
    expect(fromNdjson.lists).toHaveLength(5);
    expect(fromNdjson.lists[0]!.rows).toHaveLength(10 * personalFeatureNames.length);
  });

  it('passes over answers that another model ordered, and papers without features', async () => {
    const rows: Row[] = [
      ...answers('trending', 3, null),
      ...answers('personal', 2, null).map((row) => ({ ...row, request_id: `for-you ${row['request_id']}` })),
    ];
    rows[31]![`f_${personalFeatureNames[0]}`] = null;
    const { lists, rowsInFile } = await readShownLists(await file(rows), 'personal', 1000);
    expect(lists.map(({ count }) => count)).toEqual([9, 10]);
    expect(rowsInFile).toBe(50);
  });

  it('holds no more than it may: the same answers for one share, of all times', async () => {
    const path = await file(answers('trending', 400, null));
    const { lists, share } = await readShownLists(path, 'trending', 1000);
    expect(share).toBe(0.25);
    expect(lists.length).toBeGreaterThan(70);
    expect(lists.length).toBeLessThan(130);
    const wider = new Set((await readShownLists(path, 'trending', 2000)).lists.map(({ requestId }) => requestId));
    expect(lists.every(({ requestId }) => wider.has(requestId))).toBe(true);
  });

  it.each([
    ['label', 11, 'row 1, label 11: must be a whole number from 0 to 10'],
    ['at', 'yesterday', 'row 1, at "yesterday": must be a moment'],
    ['period', 'decade', 'row 1, period "decade": must be one of day, week, month, all'],
    ['f_log_authors', 'many', 'row 1, f_log_authors "many": must be a number'],
    ['f_log_authors', 1e300, 'row 1, f_log_authors 1e+300: must be a number that a float32 holds'],
    ['f_log_authors', undefined, 'row 1 has no column f_log_authors: export it again'],
    ['request_id', '', 'row 1, request_id "": must be a text'],
    ['reader_ref', 7, 'row 1, reader_ref 7: must be a text'],
  ])('refuses %s %j by name, value and rule', async (column, value, message) => {
    const [row] = answers('trending', 1, null);
    const read = readShownLists(await file([{ ...row, [column]: value } as Row]), 'trending', 1000);
    await expect(read).rejects.toThrow(ExportedRowsFailure);
    await expect(read).rejects.toThrow(message);
  });

  it('refuses rows of a request that are not together, a line that is none, and formats without types', async () => {
    const [a, b, c] = [answers('trending', 2, null)[0]!, answers('trending', 2, null)[10]!, answers('trending', 2, null)[1]!];
    await expect(readShownLists(await file([a, b, c]), 'trending', 1000)).rejects.toThrow(
      'row 3, request_id "request-0": must be together',
    );
    await writeFile(join(folder, 'broken.ndjson'), '{"request_id":\n');
    await expect(readShownLists(join(folder, 'broken.ndjson'), 'trending', 1000)).rejects.toThrow('row 1 is no JSON object');
    await expect(readShownLists(join(folder, 'rows.csv'), 'trending', 1000)).rejects.toThrow('must end in .parquet, .ndjson');
    await expect(readShownLists(join(folder, 'absent.parquet'), 'trending', 1000)).rejects.toThrow('can not be read');
    await writeFile(join(folder, 'cut.parquet'), 'PAR1 and no more of it');
    await expect(readShownLists(join(folder, 'cut.parquet'), 'trending', 1000)).rejects.toThrow('no Parquet file, or not whole');
  });
});

describe('parseGainRule', () => {
  const difference = { mean: 0.01, low: 0, high: 0.02 };
  it.each([
    ['ndcg@10>=+0.01', true],
    ['ndcg@10 > 0.01', false],
    ['ndcg@10.low>=0', true],
    ['ndcg@10.low>0', false],
    ['ndcg@10>-.5', true],
  ])('%s of a lead of 0.01 [0, 0.02]: %s', (text, holds) => {
    expect(parseGainRule(text)!.holds(difference)).toBe(holds);
  });

  it.each(['', 'mrr>0', 'ndcg@10', 'ndcg@10<0', 'ndcg@10>=lots'])('"%s" is no rule', (text) => {
    expect(parseGainRule(text)).toBeNull();
  });
});
