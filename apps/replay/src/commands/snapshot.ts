import { existsSync } from 'node:fs';
import type { SnapshotInfo } from '#persistence';
import { exitCodes, UsageError, type CommandContext, type ReplayCommand } from '../cli/command.js';
import { parseOptions, type OptionSpecs } from '../cli/parse-options.js';
import { Progress } from '../cli/progress.js';
import { textTable } from '../evaluation/text-table.js';
import { loadEncoder, stateConfigFor } from '../rerank/load-models.js';
import { databaseUrl, modelsDirOf } from '../run/settings.js';
import { withStream } from '../run/with-stream.js';
import { foldedPart, foldState } from '../snapshots/fold-state.js';
import { writeSnapshotFile } from '../snapshots/snapshot-file.js';
import { coldStart, startFrom } from '../snapshots/start-state.js';
import { listStored, openStoredState } from '../snapshots/stored-snapshots.js';
import { refold, verifyStored, type Verdict } from '../snapshots/verify-snapshot.js';
import type { SourceChoice } from '../stream/open-stream.js';
import { readStreamOptions } from '../stream/stream-options.js';

const help = `npm run replay -- snapshot create|list|verify [options]

The state of the rankers with the positions it was taken at. The snapshots in PostgreSQL are the rankers' own: they are read and checked here, never written.

snapshot create --out FILE       folds the stream and writes the state to a file, for run --state snapshot:FILE
  --source log|archive|file:DIR  where to read (default log)
  --recorded-to TIME             fold what had been recorded by then (default: all there is); --positions FILE.json: up to these positions
  --state snapshot:ID|FILE       go on from a stored state (default: from the first record that is kept)
  --models DIR, --encoder V      the encoder of its content vectors (default: the newest in MODELS_DIR)

snapshot list                    the snapshots in PostgreSQL, newest first
  --json                         as JSON, with the positions

snapshot verify [ID|FILE ...]    reads each as a ranker would: checksum, format, and the hash of the state computed anew; all in PostgreSQL when none is named
  --refold                       and folds the stream from its first record to the same positions, and compares the states
  --source log|archive|file:DIR  what --refold reads (default log)

Exit codes: 2 there is no such snapshot, or the stream does not go back far enough for --refold; 4 a snapshot is not what it should be.

Examples
  npm run replay -- snapshot create --recorded-to 2026-11-01 --out october.snapshot
  npm run replay -- run --state snapshot:october.snapshot --recorded-from 2026-11-01 --out runs/november
  npm run replay -- snapshot verify --refold`;

const createSpecs = {
  source: { type: 'string', default: 'log' },
  'recorded-to': { type: 'string' },
  positions: { type: 'string' },
  state: { type: 'string' },
  models: { type: 'string' },
  encoder: { type: 'string' },
  out: { type: 'string' },
} as const satisfies OptionSpecs;

const create = async (args: readonly string[], { print, say, signal }: CommandContext): Promise<number> => {
  const { values } = parseOptions(args, createSpecs);
  const { out } = values;
  if (out === undefined) throw new UsageError('--out is missing: it must name the file of the snapshot');
  if (existsSync(out)) throw new UsageError(`--out ${out}: is there already: name a new file`);
  const options = await readStreamOptions(values);
  const encoder = await loadEncoder(modelsDirOf(values.models ?? null), values.encoder);
  const progress = new Progress(say);
  const state = await withStream(options.source, async (source) => {
    const config = stateConfigFor(encoder);
    const base = values.state === undefined ? null : await openStoredState(placeOf(values.state), databaseUrl);
    const start = base === null ? coldStart(config, (await source.bounds()).earliest) : startFrom(base, config);
    const to = foldedPart((await source.resolve(options.range)).to);
    return foldState({ source, start, to, encoder, signal, progress: (done, total) => progress.update(done, total, 'records') });
  }).finally(() => encoder.close());
  if (state === null) return exitCodes.interrupted;
  progress.end();
  const stored = { positions: state.positions, stateHash: state.hash(), bytes: state.serialize() };
  const bytes = await writeSnapshotFile(out, stored, state.config.encoderVersion);
  const { papers, readers, interactions } = state.stats;
  print(`${out}: ${papers} papers, ${readers} readers, ${interactions} interactions, ${bytes} bytes\nstate ${stored.stateHash}`);
  return exitCodes.done;
};

const placeOf = (state: string): string => {
  if (!state.startsWith('snapshot:')) throw new UsageError(`--state ${state}: must be snapshot:ID or snapshot:FILE`);
  return state.slice('snapshot:'.length);
};

const rowOf = ({ id, createdAt, replica, sizeBytes, stateHash, positions }: SnapshotInfo): string[] => {
  const records = Object.values(positions).reduce((sum, next) => sum + BigInt(next), 0n);
  return [id, new Date(createdAt).toISOString(), replica, String(sizeBytes), String(records), stateHash];
};

const list = async (args: readonly string[], { print }: CommandContext): Promise<number> => {
  const { values } = parseOptions(args, { json: { type: 'boolean', default: false } });
  const stored = await listStored(databaseUrl());
  if (values.json) print(JSON.stringify(stored, null, 2));
  else if (stored.length === 0) print('there is no snapshot in the database yet');
  else print(textTable([['id', 'taken', 'by', 'bytes', 'offsets folded', 'state'], ...stored.map(rowOf)]));
  return exitCodes.done;
};

const verifySpecs = {
  source: { type: 'string', default: 'log' },
  refold: { type: 'boolean', default: false },
} as const satisfies OptionSpecs;

/** As many as anybody keeps: a command line takes no more. */
const MOST_PLACES = 1000;

const verify = async (args: readonly string[], context: CommandContext): Promise<number> => {
  const { values, positionals } = parseOptions(args, verifySpecs, MOST_PLACES);
  const places = positionals.length > 0 ? positionals : (await listStored(databaseUrl())).map(({ id }) => id);
  if (places.length === 0) context.print('there is no snapshot in the database yet');
  const { source } = await readStreamOptions({ source: values.source });
  let wrong = 0;
  for (const place of places) {
    const verdict = await verdictOf(place, values.refold ? source : null, context);
    if (verdict === 'interrupted') return exitCodes.interrupted;
    context.print(`${place}: ${verdict.problem ?? 'as it should be'} (${verdict.checks.join(', ')})`);
    if (verdict.problem !== null) wrong += 1;
  }
  return wrong === 0 ? exitCodes.done : exitCodes.assertion;
};

const verdictOf = async (
  place: string,
  refolded: SourceChoice | null,
  { say, signal }: CommandContext,
): Promise<Verdict | 'interrupted'> => {
  const { stored, ...verdict } = await verifyStored(() => openStoredState(place, databaseUrl));
  if (refolded === null || stored === null || verdict.problem !== null) return verdict;
  const progress = new Progress(say);
  const asked = { signal, progress: (done: number, total: number) => progress.update(done, total, 'records') };
  const problem = await withStream(refolded, (source) => refold({ source, ...asked }, stored));
  progress.end();
  return problem === 'interrupted' ? problem : { checks: [...verdict.checks, 'refold'], problem };
};

const verbs = { create, list, verify } as const;

const run = async ([verb = '', ...args]: readonly string[], context: CommandContext): Promise<number> => {
  if (!Object.hasOwn(verbs, verb)) throw new UsageError(`snapshot ${verb}: must be followed by create, list or verify`);
  return verbs[verb as keyof typeof verbs](args, context);
};

export const snapshotCommand: ReplayCommand = {
  name: 'snapshot',
  summary: 'makes a state to begin runs with; lists and checks those that the rankers stored',
  help,
  run,
};
