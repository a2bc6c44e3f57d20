import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { trainFromExport, verdictLine, type RetrainableModel } from '#model';
import { complaintOf } from './complaint.js';
import { exitCodes } from './exit-codes.js';
import type { Speech } from './from-export-command.js';
import { LiveNotNamedFailure } from './live-not-named.failure.js';
import type { RetrainOptions } from './retrain-options.js';

export interface LiveVersion {
  readonly directory: string;
  /** Else it serves as the newest that there is, which what is trained here would take from it. */
  readonly isNamed: boolean;
}

/** The rest of the system, each part by its own command or table: nothing of it is done twice here. */
export interface RetrainPorts {
  /** Runs `replay` with these arguments. Out: its exit code. */
  replay(args: readonly string[]): Promise<number>;
  /** Runs `models` with these arguments, which checks a version as a ranker would before it gives it a part. */
  models(args: readonly string[]): Promise<number>;
  /** Folder of the version that serves, and whether the registry names it. @throws {UsageError} there is none. */
  live(kind: RetrainableModel): Promise<LiveVersion>;
  readonly modelsDir: string;
  readonly signal: AbortSignal;
}

const refusals: ReadonlySet<number> = new Set([exitCodes.littleData, exitCodes.notBetter]);

/** Export, train and judge, register: one after the other. Out: the exit code; never throws. */
export const retrain = async (options: RetrainOptions, ports: RetrainPorts, speech: Speech): Promise<number> => {
  const work = await mkdtemp(join(options.work ?? tmpdir(), 'broadsheet-retrain-'));
  try {
    const rows = join(work, 'rows.parquet');
    const exported = await ports.replay(exportArguments(options, ports, rows));
    if (exported !== 0) return exported === exitCodes.unusable || exported === exitCodes.interrupted ? exported : exitCodes.fault;
    let worst: number = exitCodes.done;
    for (const kind of options.models) {
      if (ports.signal.aborted) return exitCodes.interrupted;
      const code = await retrainOne(kind, rows, options, ports, speech);
      if (!refusals.has(code) || options.refusalFails) worst = worse(worst, code);
    }
    return worst;
  } catch (error) {
    const { line, code } = complaintOf(error, 'npm run retrain --');
    speech.say(line);
    return code;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

/** Of two codes the one that says more is wrong: faults before refusals. */
const severity = [exitCodes.done, exitCodes.littleData, exitCodes.notBetter, exitCodes.unusable, exitCodes.fault, exitCodes.interrupted];
const worse = (a: number, b: number): number => (severity.indexOf(a as never) >= severity.indexOf(b as never) ? a : b);

const exportArguments = ({ source, days, outcomeHours }: RetrainOptions, { modelsDir }: RetrainPorts, out: string): string[] => [
  ...['export', '--point-in-time', '--out', out, '--source', source, '--last', `${days}d`],
  ...['--outcome-hours', String(outcomeHours), '--models', modelsDir],
];

const retrainOne = async (
  kind: RetrainableModel,
  file: string,
  { training, promoteIf }: RetrainOptions,
  { modelsDir, live: liveOf, models, signal }: RetrainPorts,
  { print, say }: Speech,
): Promise<number> => {
  try {
    const { directory: live, isNamed } = await liveOf(kind);
    const serving = basename(live);
    // Rankers whose registry names none serve the newest: the new one would take its place before anybody gave it a part.
    const beforeWrite = async (): Promise<void> => {
      if (!isNamed && (await models(['promote', kind, serving, '--no-wait'])) !== 0) throw new LiveNotNamedFailure(kind, serving);
    };
    const { verdict, written } = await trainFromExport({ ...training, kind, file, live, out: modelsDir, beforeWrite }, say);
    if (signal.aborted) return exitCodes.interrupted;
    const figures = verdictLine(verdict, serving);
    if (written === null) {
      print(`${kind}: not kept, ${training.keepIf.text} does not hold. ${figures}`);
      return exitCodes.notBetter;
    }
    const { version } = written.manifest;
    const { difference } = verdict;
    const promoted = promoteIf !== null && promoteIf.holds(difference) && difference.low > 0;
    const code = await models([promoted ? 'promote' : 'shadow', kind, version, '--no-wait']);
    if (code !== 0) {
      say(`${kind} ${version} is written to ${written.directory}, and was given no part: models ended with ${code}`);
      return exitCodes.fault;
    }
    print(`${kind} ${version} is ${promoted ? 'live' : 'the shadow'}. ${figures}`);
    return exitCodes.done;
  } catch (error) {
    const { line, code } = complaintOf(error, 'npm run retrain --');
    say(`${kind}: ${line}`);
    return code;
  }
};
