import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { UsageError } from '../cli/command.js';
import { parseOptions, type OptionSpecs } from '../cli/parse-options.js';
import { readMoment, readOutcomeHours, readWhole } from '../stream/selection/moments.js';
import type { SourceChoice } from '../stream/open-stream.js';
import { readStreamOptions, streamOptionSpecs, type StreamOptions } from '../stream/stream-options.js';

export const runOptionSpecs = {
  ...streamOptionSpecs,
  model: { type: 'string', multiple: true },
  config: { type: 'string', multiple: true },
  models: { type: 'string' },
  at: { type: 'string' },
  'as-of': { type: 'string' },
  'outcome-hours': { type: 'string' },
  state: { type: 'string' },
  speed: { type: 'string' },
  parallel: { type: 'string' },
  out: { type: 'string' },
  resume: { type: 'boolean' },
  manifest: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const satisfies OptionSpecs;

/** `--state` of a run that begins with nothing folded. */
export const COLD = 'cold';

export type RunMoment = 'served' | 'interactions' | 'none';

/** What is asked of one side, not looked up yet. */
export interface SideChoice {
  /** `newest`, `live`, or versions by name such as `personal=20261124-e2356c8`. */
  readonly model: string;
  /** File with what differs from the default configuration; null = nothing does. */
  readonly config: string | null;
}

export interface RunOptions {
  readonly stream: StreamOptions;
  readonly sides: { readonly a: SideChoice; readonly b: SideChoice | null };
  readonly modelsDir: string | null;
  readonly at: RunMoment;
  /** `recorded`, `event`, or `recorded=TIME`. */
  readonly asOf: string;
  readonly outcomeHours: number;
  /** `cold`, or where the snapshot is: an id in the database or the path of a file. */
  readonly state: string;
}

/** How a run is done, and where: nothing of it shows in the bytes of the run. */
export interface RunConduct {
  readonly out: string | null;
  readonly dryRun: boolean;
  readonly parallel: number | null;
  /** Times faster than it happened; null = as fast as it goes. */
  readonly speed: number | null;
}

/** What was typed: a new run, one to be gone on with, or one to be made again from its manifest. */
export type RunRequest = RunConduct &
  (
    | { readonly kind: 'new'; readonly options: RunOptions }
    /** `options`: null when nothing was typed that they could differ by. */
    | { readonly kind: 'resume'; readonly options: RunOptions | null }
    | {
        readonly kind: 'reproduce';
        readonly manifest: string;
        readonly source: SourceChoice | null;
        readonly state: string | null;
        readonly modelsDir: string | null;
      }
  );

type Values = ReturnType<typeof parseOptions<typeof runOptionSpecs>>['values'];

/** Options that say how and where; all others say what is replayed. */
const conductNames = ['out', 'resume', 'parallel', 'speed', 'manifest', 'dry-run'];
/** What may be given beside a manifest: where its inputs are found here. */
const besideManifest = [...conductNames, 'source', 'models', 'state'];

/** @throws {UsageError} naming the option, its value and the rule. */
export const readRunRequest = async (args: readonly string[]): Promise<RunRequest> => {
  const { values } = parseOptions(args, runOptionSpecs);
  const given = namesGiven(args);
  const conduct = conductOf(values);
  if (values.manifest !== undefined) return { ...conduct, ...reproduction(values, values.manifest, given) };
  if (values.resume !== true) return { ...conduct, kind: 'new', options: await optionsOf(values) };
  return { ...conduct, kind: 'resume', options: given.some((name) => !conductNames.includes(name)) ? await optionsOf(values) : null };
};

/** Options that were typed, by name: the platform fills in defaults and does not tell. */
const namesGiven = (args: readonly string[]): string[] =>
  args.flatMap((word) => (word.startsWith('--') ? [word.slice(2).split('=')[0]!] : []));

const reproduction = (values: Values, manifest: string, given: readonly string[]) => {
  if (values.resume === true) throw new UsageError('--resume with --manifest: go on with --resume and --out alone');
  const foreign = given.find((name) => !besideManifest.includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} with --manifest: the manifest says what is replayed; leave it out`);
  const choice = given.includes('source') ? sourceOf(values.source) : null;
  return {
    kind: 'reproduce' as const,
    manifest,
    source: choice,
    state: values.state === undefined ? null : stateOf(values.state),
    modelsDir: values.models ?? null,
  };
};

const sourceOf = (text: string): SourceChoice => {
  if (text === 'log' || text === 'archive') return { kind: text };
  if (text.startsWith('file:') && text.length > 5) return { kind: 'file', folder: resolve(text.slice(5)) };
  throw new UsageError(`--source ${text}: must be log, archive or file:DIR`);
};

const conductOf = (values: Values): RunConduct => {
  const dryRun = values['dry-run'] === true;
  if (values.out === undefined && !dryRun) throw new UsageError('--out is missing: it must name a new directory for the run');
  return {
    out: values.out === undefined ? null : resolve(values.out),
    dryRun,
    parallel:
      values.parallel === undefined ? null : readWhole('--parallel', values.parallel, { least: 1, most: 4 * availableParallelism() }),
    speed: speedOf(values.speed ?? 'max'),
  };
};

const speedOf = (text: string): number | null => {
  if (text === 'max') return null;
  const times = /^(\d{1,6}(?:\.\d{1,3})?)x$/.exec(text)?.[1];
  if (times !== undefined && Number(times) > 0) return Number(times);
  throw new UsageError(`--speed ${text}: must be max, or how many times faster than it happened, such as 1x or 10x`);
};

const optionsOf = async (values: Values): Promise<RunOptions> => {
  const at = momentOf(values.at ?? 'served');
  const stream = await readStreamOptions(values);
  return {
    stream: { ...stream, source: stream.source.kind === 'file' ? { kind: 'file', folder: resolve(stream.source.folder) } : stream.source },
    sides: sidesOf(values.model ?? [], values.config ?? []),
    modelsDir: values.models ?? null,
    at,
    asOf: asOfText(values['as-of'] ?? 'recorded'),
    outcomeHours: readOutcomeHours(values['outcome-hours'] ?? '24'),
    state: stateOf(values.state ?? COLD),
  };
};

const momentOf = (text: string): RunMoment => {
  if (text === 'served' || text === 'interactions' || text === 'none') return text;
  throw new UsageError(`--at ${text}: must be served, interactions or none`);
};

const asOfText = (text: string): string => {
  if (text === 'recorded' || text === 'event') return text;
  if (!text.startsWith('recorded=')) throw new UsageError(`--as-of ${text}: must be recorded, event or recorded=TIME`);
  return `recorded=${new Date(readMoment('--as-of recorded', text.slice('recorded='.length))).toISOString()}`;
};

const stateOf = (text: string): string => {
  if (text === COLD) return text;
  const place = text.startsWith('snapshot:') ? text.slice('snapshot:'.length) : '';
  if (place === '') throw new UsageError(`--state ${text}: must be cold, snapshot:ID or snapshot:FILE`);
  // An id names a row of the database; everything else is a file of this machine.
  return existsSync(place) ? resolve(place) : place;
};

const MOST_SIDES = 2;

/** Either option may be given once or twice; what is given once holds for both sides. */
const sidesOf = (models: readonly string[], configs: readonly string[]): RunOptions['sides'] => {
  for (const [name, given] of [
    ['model', models],
    ['config', configs],
  ] as const)
    if (given.length > MOST_SIDES) throw new UsageError(`--${name} ${given[MOST_SIDES]}: at most two models are compared in one run`);
  const side = (at: number): SideChoice => ({ model: models[at] ?? models[0] ?? 'newest', config: configs[at] ?? configs[0] ?? null });
  return { a: side(0), b: Math.max(models.length, configs.length) === MOST_SIDES ? side(1) : null };
};
