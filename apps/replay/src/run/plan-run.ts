import type { Positions } from '#contracts';
import { rankingConfigHash, type RankingConfig } from '#ranking';
import { z } from 'zod';
import { UsageError } from '../cli/command.js';
import { canonicalJson } from '../files/canonical-json.js';
import { readManifest, type Manifest } from '../files/manifest.js';
import { foldedPart } from '../snapshots/fold-state.js';
import { openStoredState } from '../snapshots/stored-snapshots.js';
import type { SourceChoice } from '../stream/open-stream.js';
import type { StreamRange } from '../stream/stream.js';
import { codeHash } from './code-hash.js';
import { liveVersions } from './live-versions.js';
import { modelHash, modelNames, versionsOf, type ModelVersions } from './model-choice.js';
import { readRankingConfig } from './ranking-config-file.js';
import { COLD, type RunConduct, type RunOptions, type RunRequest, type SideChoice } from './run-options.js';
import type { RunPlan } from './run-plan.js';
import { databaseUrl, modelsDirOf } from './settings.js';
import { withStream } from './with-stream.js';
import { understoodOptionsSchema, type UnderstoodOptions } from './understood-options.js';

const sideOf = async (versions: ModelVersions, modelsDir: string, config: RankingConfig): Promise<Manifest['a']> => {
  const models: Manifest['a']['models'] = {};
  for (const name of modelNames) models[name] = { version: versions[name], sha256: await modelHash(modelsDir, name, versions[name]) };
  return { models, config: { ...config }, configHash: rankingConfigHash(config) };
};

const chosenSide = async ({ model, config }: SideChoice, modelsDir: string): Promise<Manifest['a']> =>
  sideOf(await versionsOf(model, modelsDir, liveVersions), modelsDir, await readRankingConfig(config));

const bothSides = async ({ sides }: RunOptions, modelsDir: string): Promise<Pick<RunPlan, 'a' | 'b'>> => {
  const a = await chosenSide(sides.a, modelsDir);
  if (sides.b === null) return { a };
  const b = await chosenSide(sides.b, modelsDir);
  if (a.models['encoder']?.version !== b.models['encoder']?.version)
    throw new UsageError(`--model ${sides.b.model}: both sides must have the same encoder, whose vectors are in the state they share`);
  return { a, b };
};

const storedStart = async (place: string): Promise<Pick<UnderstoodOptions, 'state' | 'begins'>> => {
  const { stateHash, positions } = await openStoredState(place, databaseUrl);
  return { state: stateHash, begins: positions };
};

/** What a run begins with: everything that is kept, or a stored state. @throws {UsageError} the state is of later than the range. */
const startOf = async (place: string, { from }: StreamRange, earliest: Positions): Promise<Pick<UnderstoodOptions, 'state' | 'begins'>> => {
  if (place === COLD) return { state: COLD, begins: foldedPart(earliest) };
  const start = await storedStart(place);
  const beyond = Object.keys(start.begins).find((key) => from[key] !== undefined && BigInt(start.begins[key]!) > BigInt(from[key]));
  if (beyond === undefined) return start;
  throw new UsageError(
    `--state snapshot:${place}: it holds ${beyond} up to offset ${start.begins[beyond]}, and the range begins at ${from[beyond]}: ask for a later range`,
  );
};

const conducted = ({ parallel }: RunConduct): Pick<RunPlan, 'parallel' | 'codeHash' | 'format'> => ({
  format: 1,
  parallel: parallel ?? 1,
  codeHash: codeHash(),
});

/** What was typed, in one spelling. */
export const typedText: (options: RunOptions) => string = canonicalJson(z.unknown());

/** A plan for what was typed: the range as it is now, the models as they are now. */
export const planNew = async (options: RunOptions, conduct: RunConduct): Promise<RunPlan> => {
  const { stream, at, asOf, outcomeHours, state } = options;
  const modelsDir = modelsDirOf(options.modelsDir);
  const sides = await bothSides(options, modelsDir);
  return withStream(stream.source, async (source) => {
    const range = await source.resolve(stream.range);
    const start = await startOf(state, range, (await source.bounds()).earliest);
    const { where, sample, seed } = stream;
    const understood: UnderstoodOptions = { range: stream.range, where, sample, seed, at, asOf, outcomeHours, ...start };
    return {
      ...conducted(conduct),
      typed: typedText(options),
      options: understood,
      source: stream.source,
      range,
      modelsDir,
      ...sides,
      state,
    };
  });
};

/** The same models as in the manifest, byte for byte. @throws {UsageError} one is missing here or has other files. */
export const sameSide = async (side: Manifest['a'], modelsDir: string): Promise<Manifest['a']> => {
  for (const name of modelNames) {
    const { version, sha256 } = side.models[name] ?? { version: '', sha256: '' };
    const here = await modelHash(modelsDir, name, version);
    if (here !== sha256)
      throw new UsageError(`--models ${modelsDir}: ${name} ${version} has the hash ${here}, the manifest says ${sha256}`);
  }
  return side;
};

const sameSource = (manifest: Manifest, file: string, given: SourceChoice | null): SourceChoice => {
  const { kind } = manifest.source;
  if (given !== null && given.kind !== kind) throw new UsageError(`--source: the run of ${file} was of the ${kind}; this is another`);
  if (given !== null) return given;
  if (kind === 'file') throw new UsageError(`--source is missing: the run of ${file} was of a file; name its folder here, as file:DIR`);
  return { kind };
};

const sameState = async ({ state }: UnderstoodOptions, given: string | null): Promise<string> => {
  if (state === COLD && (given ?? COLD) === COLD) return COLD;
  if (given === null) throw new UsageError(`--state is missing: the run began with the state ${state}; name its snapshot here`);
  const here = given === COLD ? COLD : (await storedStart(given)).state;
  if (here !== state) throw new UsageError(`--state ${given}: it is the state ${here}, the run began with ${state}`);
  return given;
};

/**
 * A plan to make a run again: the very range and models that its manifest names.
 * @throws {RangeGoneFailure} the source does not have the range, or what led up to it, any more. @throws {UsageError} an input is not what it was.
 */
export const planAgain = async (request: Extract<RunRequest, { kind: 'reproduce' }>): Promise<RunPlan & { again: Manifest }> => {
  const manifest = await readManifest(request.manifest);
  const options = understoodOptionsSchema.parse(manifest.options);
  const source = sameSource(manifest, request.manifest, request.source);
  const { from, to } = manifest.range;
  await withStream(source, (opened) => opened.resolve({ kind: 'positions', from: { ...from, ...options.begins }, to }));
  const modelsDir = modelsDirOf(request.modelsDir);
  const a = await sameSide(manifest.a, modelsDir);
  const b = manifest.b === undefined ? {} : { b: await sameSide(manifest.b, modelsDir) };
  const state = await sameState(options, request.state);
  return { ...conducted(request), typed: null, options, source, range: { from, to }, modelsDir, a, ...b, state, again: manifest };
};
