/**
 * Whether training rows hold what was known at their moment and nothing else. Invented replicas answer while a log grows, with restarts; their answers are exported. Then
 * - every row is compared with brute force: for each answer an empty state, all records below its positions folded in the order of the log, and the features read;
 * - values are backfilled, half of them late interactions dated into the stretch, half new versions of papers, and the same answers are exported again: a cell that differs has leaked.
 * As a control, a state of everything that had happened by the moment, backfilled values as well, must give other cells: else there was nothing to leak.
 *
 *   npm run bench -- replay-point-in-time [--rows 10000] [--backfilled 1000] [--seed 1] [--write DIR]
 *
 * `--write` leaves the rows there as Parquet, CSV and NDJSON, for test/compat/exported-files.sh. Exit code 1: a row or a cell differs.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { decodeRecord, positionKey, topics, type FeedServedData, type Positions } from '#contracts';
import type { StoredRecord } from '#event-log';
import {
  createRankPipeline,
  drawBelow,
  encodeEach,
  foldDecoded,
  personalFeatureNames,
  RankingState,
  seededRandom,
  trendingFeatureNames,
} from '#ranking';
import { pointInTimeRows } from '../apps/replay/src/export/point-in-time.js';
import { openRows } from '../apps/replay/src/export/open-rows.js';
import { exportFormats } from '../apps/replay/src/export/row-writer.js';
import { featureColumns, type TrainingRow } from '../apps/replay/src/export/training-row.js';
import { liveLog } from '../apps/replay/src/fixtures/live-log.js';
import { plainEncoder, plainSide, plainStateConfig } from '../apps/replay/src/fixtures/plain-models.js';
import { entryOf, type LogEntry } from '../apps/replay/src/fold/log-entry.js';
import { readServed } from '../apps/replay/src/rerank/served-index.js';
import { rebuilt } from '../apps/replay/src/rerank/rebuilt-request.js';
import { ListSource } from '../apps/replay/src/stream/fixtures/list-source.js';
import { MINUTE, type StreamRecords } from '../apps/replay/src/stream/fixtures/stream-records.js';
import { table } from './harness/table.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    backfilled: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    write: { type: 'string' },
  },
});
const [wanted, backfilled, seed] = [Number(values.rows), Number(values.backfilled), Number(values.seed)];

/** An answer has ten slots at most and every second step asks for one; some have fewer. */
const size = { seed, papers: 150, readers: 25, steps: Math.ceil(wanted / 4.5), replicas: 3 };
/** Answers that the control looks at. */
const CONTROLLED = 60;

const side = plainSide('a');

const exported = async (records: readonly StoredRecord[]): Promise<TrainingRow[]> => {
  const source = new ListSource(records, {}, 0, 200);
  const { earliest, end } = await source.bounds();
  const rows: TrainingRow[] = [];
  const whole = await pointInTimeRows(
    {
      source,
      range: { from: earliest, to: end },
      open: () =>
        Promise.resolve({
          start: { positions: {}, make: () => RankingState.empty(plainStateConfig) },
          encoder: plainEncoder,
          sideOf: () => side,
        }),
      keep: () => true,
      outcomeHours: 24,
      unshown: 0,
      seed: 1,
      signal: new AbortController().signal,
    },
    async (row) => void rows.push(row),
  );
  if (!whole) throw new Error('the export was interrupted');
  return rows;
};

/** Records of the folded topics with what they say, decoded and encoded once: the brute force folds each hundreds of times. */
const entriesOf = async (records: readonly StoredRecord[]): Promise<LogEntry[]> => {
  const entries: LogEntry[] = [];
  for (const record of records) {
    if (record.topic === topics.feedServed.name) continue;
    const decoded = decodeRecord(record);
    const [vector] = decoded.kind === 'paper' ? await encodeEach(plainEncoder, [decoded.paper], () => undefined) : [null];
    entries.push(entryOf(record, decoded, vector ?? null));
  }
  return entries;
};

const isBelow = ({ record: { topic, partition, offset } }: LogEntry, positions: Positions): boolean =>
  offset < BigInt(positions[positionKey(topic, partition)] ?? 0);

/** Features of every slot of an answer, from a state of its own into which the chosen entries are folded from the first to the last. */
const byForce = async (live: FeedServedData, entries: readonly LogEntry[]): Promise<(readonly (number | null)[])[]> => {
  const state = RankingState.empty(plainStateConfig);
  for (const { decoded, vector } of entries) if (decoded.kind !== 'unreadable') foldDecoded(state, decoded, vector);
  const { trending, personal, config } = side;
  const { request, moment } = rebuilt(live);
  const seen = await createRankPipeline({ state, trending, personal, config, stopwatch: () => 0 }).inspect(request, moment);
  return live.slots.map(({ paperId }) => {
    const row = seen.candidates.findIndex((candidate) => candidate.paperId === paperId);
    return featureColumns.map((name) => {
      const column = seen.features.indexOf(name);
      return row < 0 || column < 0 ? null : seen.rows[row * seen.features.length + column]!;
    });
  });
};

/** Names of what a replica logs without names; other surfaces are ranked by the scores of their sources. */
const modelColumns: Readonly<Record<string, readonly string[]>> = { personal: personalFeatureNames, trending: trendingFeatureNames };

/** Cells that differ, bit for bit. */
const differing = (a: readonly (number | null)[], b: readonly (number | null)[] | undefined): number =>
  a.filter((cell, column) => !Object.is(cell, b?.[column])).length;

const keyOf = ({ requestId, position }: TrainingRow): string => `${requestId} ${position}`;

/** Half late interactions, half new versions of papers; all taken after everything else, and interactions dated into the last week of the stretch. */
const backfill = (log: StreamRecords, end: number): void => {
  const random = seededRandom(seed + 1);
  const paperId = (): string => `2611.${String(drawBelow(random, size.papers)).padStart(5, '0')}`;
  for (let n = 0; n < backfilled; n += 1) {
    const recorded = end + n;
    if (n % 2 === 0) {
      const at = Math.max(end - 6 * 24 * 60 * MINUTE, end - drawBelow(random, size.steps * 5) * MINUTE);
      const action = (['upvote', 'save', 'open', 'hide'] as const)[drawBelow(random, 4)]!;
      const on = action === 'open' ? {} : { on: true };
      log.interaction(
        `reader${drawBelow(random, size.readers)}`,
        { at, recorded },
        { action, target: { kind: 'paper', id: paperId() }, ...on },
      );
    } else {
      const fields = { title: `Corrected ${n} hashing graphs`, publishedAt: '2026-10-01', upvotes: 100 + n, topics: ['corrected'] };
      log.paper(paperId(), { at: recorded }, fields);
    }
  }
};

const answersIn = (records: readonly StoredRecord[]): FeedServedData[] =>
  records.flatMap((record) => {
    const served = record.topic === topics.feedServed.name ? readServed(record) : null;
    return served === null ? [] : [served.data];
  });

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

const began = performance.now();
const { log, end } = await liveLog(size);
const before = [...log.records];
const answers = answersIn(before);
console.log(`${before.length} records, ${answers.length} answers of ${size.replicas} replicas, made in ${seconds(began)} s`);

const exporting = performance.now();
const rows = await exported(before);
console.log(`${rows.length} rows exported in ${seconds(exporting)} s`);

const forcing = performance.now();
const entries = await entriesOf(before);
const rowAt = new Map(rows.map((row) => [keyOf(row), row]));
let [unequal, unlikeLive, logged, compared, empty] = [0, 0, 0, 0, 0];
for (const live of answers) {
  const forced = await byForce(
    live,
    entries.filter((entry) => isBelow(entry, live.positions)),
  );
  for (const [position, slot] of live.slots.entries()) {
    const row = rowAt.get(`${live.requestId} ${position}`);
    compared += 1;
    if (row === undefined || row.paperId !== slot.paperId || differing(forced[position]!, row.features) > 0) unequal += 1;
    if (row?.features.every((cell) => cell === null) === true) empty += 1;
    const names = modelColumns[live.model.name];
    if (slot.features === undefined || row === undefined || names === undefined) continue;
    logged += 1;
    const ours = names.map((name) => row.features[featureColumns.indexOf(name)] ?? null);
    if (differing(slot.features, ours) > 0) unlikeLive += 1;
  }
}
console.log(`brute force in ${seconds(forcing)} s`);

backfill(log, end);
const after = await exported(log.records);
const leaked = rows.reduce(
  (sum, row, at) => sum + differing(row.features, after[at]?.features) + (keyOf(row) === keyOf(after[at]!) ? 0 : 1),
  0,
);

const everything = await entriesOf(log.records);
let [controlled, wouldDiffer] = [0, 0];
for (const live of answers.slice(-CONTROLLED)) {
  const known = everything.filter(
    ({ time, decoded, record }) => time < Date.parse(live.asOf) || (decoded.kind === 'paper' && record.timestamp >= end),
  );
  const forced = await byForce(live, known);
  for (const position of live.slots.keys()) {
    controlled += 1;
    if (differing(forced[position]!, rowAt.get(`${live.requestId} ${position}`)?.features) > 0) wouldDiffer += 1;
  }
}

console.log(
  table(
    ['', 'rows', 'of'],
    [
      ['differ from brute force', String(unequal), String(compared)],
      ['differ from what the replica logged', String(unlikeLive), String(logged)],
      ['without any feature (surfaces that no model ranks)', String(empty), String(compared)],
      [`cells changed by ${backfilled} backfilled values`, String(leaked), String(rows.length * featureColumns.length)],
      ['control: rows that backfilled values would change', String(wouldDiffer), String(controlled)],
    ],
  ),
);

if (values.write !== undefined) {
  await mkdir(values.write, { recursive: true });
  for (const format of exportFormats) {
    const writer = await openRows(format, join(values.write, `rows.${format}`));
    for (const row of rows) await writer.write(row);
    await writer.close();
  }
  console.log(`${rows.length} rows written as ${exportFormats.join(', ')} to ${values.write}`);
}

const fails = unequal > 0 || leaked > 0 || unlikeLive > 0 || wouldDiffer === 0 || rows.length < wanted || after.length !== rows.length;
process.exitCode = fails ? 1 : 0;
