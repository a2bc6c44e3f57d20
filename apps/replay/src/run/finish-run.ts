import { existsSync } from 'node:fs';
import { setImmediate as rest } from 'node:timers/promises';
import { parseJsonWith } from '#contracts';
import { canonicalJson } from '../files/canonical-json.js';
import { manifestSchema, manifestText, type Manifest } from '../files/manifest.js';
import { runFiles, streamSummarySchema } from '../files/run-files.js';
import { HashedFile } from './parts/hashed-file.js';
import { mergedLines } from './parts/merged-lines.js';
import { SortedRuns } from './parts/sorted-runs.js';
import type { RunPlan } from './run-plan.js';
import { runtimeVersions } from './runtime-versions.js';
import { shareSummarySchema, type ShareSummary } from './share-sink.js';
import type { UnfinishedRun } from './unfinished-run.js';

/** Lines merged between two looks at the rest of the process. */
const LINES_AT_ONCE = 2_000;

/** Thrown inside, to leave what is under way when the signal comes. */
class Interrupted extends Error {}

const turn = (signal: AbortSignal) => async (): Promise<void> => {
  await rest();
  if (signal.aborted) throw new Interrupted();
};

/** One file of the run out of the parts that the workers wrote of it. @returns its SHA-256. */
const mergeFile = async (run: UnfinishedRun, file: string, workers: number, pause: () => Promise<void>): Promise<string> => {
  using runs = new SortedRuns(run.spillPath);
  for (let share = 0; share < workers; share++) {
    const part = run.partPath(file, share);
    if (existsSync(part)) await runs.add(part, pause);
  }
  using merged = new HashedFile(run.finishedPath(file));
  let count = 0;
  for (const line of mergedLines(runs.stretches)) {
    merged.line(line);
    if (++count % LINES_AT_ONCE === 0) await pause();
  }
  return merged.finish();
};

const summaries = (run: UnfinishedRun, workers: number): ShareSummary[] =>
  Array.from({ length: workers }, (_, share) => {
    const parsed = parseJsonWith(shareSummarySchema, run.summaryOf(share) ?? '');
    if (!parsed.ok) throw new Error(`worker ${share} left no summary that can be read`);
    return parsed.value;
  });

/** What every worker must have found alike, since each folds everything. */
const seenByAll = canonicalJson(shareSummarySchema.omit({ slates: true }));

/** @throws workers folded the same records to different states: then nothing they wrote can be trusted. */
const agreed = (all: readonly ShareSummary[]): ShareSummary => {
  const [first, ...others] = all;
  if (first === undefined) throw new Error('a run without workers');
  const odd = others.findIndex((other) => seenByAll(other) !== seenByAll(first));
  if (odd >= 0) throw new Error(`workers 0 and ${odd + 1} folded the same records to different states: this is a fault of the replay`);
  return first;
};

const slateCounts = (all: readonly ShareSummary[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { slates } of all) for (const [name, count] of Object.entries(slates)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
};

/** What became of late events, in words. */
const latePolicyOf = ({ options }: RunPlan): string =>
  options['asOf'] === 'event'
    ? 'an event counts from its own time, also when it was recorded later; more than 7 days late: left out'
    : 'an event counts from when it was recorded; more than 7 days late: left out';

const manifestOf = (plan: RunPlan, all: readonly ShareSummary[], files: Manifest['files']): Manifest => {
  const { stateHash, streamHash, span, counts } = agreed(all);
  return {
    format: 1,
    options: plan.options,
    source: { kind: plan.source.kind },
    range: { ...plan.range, ...span },
    counts: { ...counts, ...slateCounts(all) },
    streamHash,
    stateHash,
    a: plan.a,
    ...(plan.b === undefined ? {} : { b: plan.b }),
    codeHash: plan.codeHash,
    runtime: runtimeVersions(),
    seed: Number(plan.options['seed']),
    latePolicy: latePolicyOf(plan),
    files,
  };
};

/**
 * Makes the run's files of the parts of all workers, and the manifest of what came out. Killed or interrupted, it is simply done again.
 * @returns null when it was interrupted.
 */
export const finishRun = async (run: UnfinishedRun, plan: RunPlan, signal: AbortSignal): Promise<Manifest | null> => {
  const all = summaries(run, plan.parallel);
  const { stream, ...lineFiles } = runFiles;
  const files: Record<string, string> = {};
  try {
    for (const file of Object.values(lineFiles)) files[file] = await mergeFile(run, file, plan.parallel, turn(signal));
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  }
  using summary = new HashedFile(run.finishedPath(stream));
  summary.line(Buffer.from(canonicalJson(streamSummarySchema)(agreed(all).stream)).toString('latin1'));
  files[stream] = summary.finish();
  const manifest = manifestSchema.parse(manifestOf(plan, all, files));
  run.finish(manifestText(manifest));
  return manifest;
};
