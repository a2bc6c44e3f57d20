import { UsageError } from '../cli/command.js';
import { codeHash } from './code-hash.js';
import { planAgain, planNew, sameSide, typedText } from './plan-run.js';
import { RunDirectoryFailure } from './run-directory.failure.js';
import type { RunRequest } from './run-options.js';
import type { RunPlan } from './run-plan.js';
import { stateOfDirectory, UnfinishedRun } from './unfinished-run.js';

export interface OpenedRun {
  readonly run: UnfinishedRun;
  readonly plan: RunPlan;
}

type Resume = Extract<RunRequest, { kind: 'resume' }>;

/** What would be done. */
export const planOf = (request: Exclude<RunRequest, Resume>): Promise<RunPlan> =>
  request.kind === 'new' ? planNew(request.options, request) : planAgain(request);

/**
 * The run in a directory: begun, or to be gone on with.
 * @returns `finished` when it is to be gone on with and nothing is left to do.
 * @throws {RunDirectoryFailure} the directory can not be taken. @throws {UsageError} the run was begun with other options.
 */
export const openRun = async (request: RunRequest, out: string, warn: (line: string) => void): Promise<OpenedRun | 'finished'> => {
  if (request.kind === 'resume') return resume(request, out);
  const plan = await planOf(request);
  if (plan.again !== undefined && plan.again.codeHash !== plan.codeHash)
    warn('the code is not that of the manifest: other bytes may come out');
  return { run: UnfinishedRun.begin(out, plan), plan };
};

const resume = async (request: Resume, out: string): Promise<OpenedRun | 'finished'> => {
  const state = stateOfDirectory(out);
  if (state === 'finished') {
    UnfinishedRun.clear(out);
    return 'finished';
  }
  // Killed before it had a plan: whoever gives all options again gets the run that was meant.
  if (state === 'new' && request.options !== null)
    return openRun({ ...request, kind: 'new', options: request.options }, out, () => undefined);
  const { run, plan } = UnfinishedRun.open(out);
  checkSame(request, plan);
  if (plan.codeHash !== codeHash())
    throw new RunDirectoryFailure(`--resume: the run in ${out} was begun with other code: begin it again elsewhere`);
  await sameSide(plan.a, plan.modelsDir);
  if (plan.b !== undefined) await sameSide(plan.b, plan.modelsDir);
  return { run, plan };
};

/** @throws {UsageError} naming what differs. */
const checkSame = ({ options, parallel }: Resume, plan: RunPlan): void => {
  if (options !== null && typedText(options) !== plan.typed)
    throw new UsageError(
      '--resume: the options are not those that the run was begun with: leave them out, and the run goes on as it was begun',
    );
  if (parallel !== null && parallel !== plan.parallel)
    throw new UsageError(`--parallel ${parallel}: the run was begun with ${plan.parallel}, and its shares can not be dealt out anew`);
};
