import type { Manifest } from '../files/manifest.js';
import type { EngineProgress } from '../rerank/engine-types.js';
import { finishRun } from './finish-run.js';
import type { RunPlan } from './run-plan.js';
import { runShare, type PlannedReplay } from './run-share.js';
import type { UnfinishedRun } from './unfinished-run.js';
import { runWorkers, type StartWorker } from './worker-processes.js';

export interface ExecuteParts {
  readonly run: UnfinishedRun;
  readonly plan: RunPlan;
  /** See `pacer`. */
  readonly speed: number | null;
  /** Does a run of one worker in this process. */
  readonly replay: PlannedReplay;
  /** Starts each of several workers. */
  readonly startWorker: StartWorker;
  readonly progress: (progress: EngineProgress) => void;
  /** Told when all is folded and the files are being put together. */
  readonly merging: () => void;
  readonly signal: AbortSignal;
}

const sumOf = (all: readonly EngineProgress[]): EngineProgress => ({
  records: all.reduce((sum, { records }) => sum + records, 0),
  ofRecords: all.reduce((sum, { ofRecords }) => sum + ofRecords, 0),
  requests: all.reduce((sum, { requests }) => sum + requests, 0),
  ofRequests: all.reduce<number | null>((sum, { ofRequests }) => (sum === null || ofRequests === null ? null : sum + ofRequests), 0),
});

const replayAll = ({ run, plan, speed, replay, startWorker, progress, signal }: ExecuteParts): Promise<'done' | 'interrupted'> => {
  if (plan.parallel === 1) return runShare({ run, share: { index: 0, of: 1 }, speed, replay, progress, signal });
  const made = new Map<number, EngineProgress>();
  const report = (share: number, of: EngineProgress): void => progress(sumOf([...made.set(share, of).values()]));
  return runWorkers(plan.parallel, startWorker, report, signal);
};

/**
 * Does what is left of a run and puts its files together. The same plan gives the same bytes, however many workers there are and however often it
 * was interrupted or killed.
 * @returns null when the signal ended it; then the directory can be gone on with.
 */
export const executeRun = async (parts: ExecuteParts): Promise<Manifest | null> => {
  const { run, plan, merging, signal } = parts;
  const claim = await run.claim('run');
  try {
    if ((await replayAll(parts)) === 'interrupted') return null;
    merging();
    return await finishRun(run, plan, signal);
  } finally {
    claim.release();
  }
};
