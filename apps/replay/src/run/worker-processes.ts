import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineProgress } from '../rerank/engine-types.js';
import { STOP, type FromWorker } from './worker-messages.js';
import { WorkerFailure } from './worker.failure.js';

/** One share of a run, done in a process of its own. */
export interface Worker {
  /** How it ended. @throws {WorkerFailure} what it failed with. */
  readonly end: Promise<'done' | 'interrupted'>;
  stop(): void;
}

export type StartWorker = (share: number, progress: (progress: EngineProgress) => void) => Worker;

/** The program beside this file, built or not. */
const program = fileURLToPath(new URL(`./share-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

const failureOf = (message: Extract<FromWorker, { kind: 'failed' }>): Error =>
  message.retryable === null ? new Error(message.message) : new WorkerFailure(message.code, message.retryable, message.message);

const endOf = (share: number, child: ChildProcess, progress: (progress: EngineProgress) => void): Worker['end'] =>
  new Promise((resolve, reject) => {
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') progress(message.progress);
      else if (message.kind === 'ended') resolve(message.end);
      else reject(failureOf(message));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`worker ${share} ended by itself (${signal ?? `exit code ${code}`})`)));
  });

/** Starts workers for the run in a directory. @param speed see `pacer` */
export const forkedWorkers =
  (directory: string, speed: number | null): StartWorker =>
  (share, progress) => {
    const child = fork(program, [directory, String(share), speed === null ? '' : String(speed)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return { end: endOf(share, child, progress), stop: () => void (child.connected && child.send(STOP)) };
  };

/**
 * Runs one worker a share and waits for all. When one fails the others are stopped where the run can go on from.
 * @throws the failure of the first that failed.
 */
export const runWorkers = async (
  shares: number,
  start: StartWorker,
  progress: (share: number, progress: EngineProgress) => void,
  signal: AbortSignal,
): Promise<'done' | 'interrupted'> => {
  const workers = Array.from({ length: shares }, (_, share) => start(share, (made) => progress(share, made)));
  const stopAll = (): void => workers.forEach((worker) => worker.stop());
  signal.addEventListener('abort', stopAll);
  if (signal.aborted) stopAll();
  try {
    for (const { end } of workers) void end.catch(stopAll);
    const ends = await Promise.allSettled(workers.map(({ end }) => end));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return ends.every((end) => end.status === 'fulfilled' && end.value === 'done') ? 'done' : 'interrupted';
  } finally {
    signal.removeEventListener('abort', stopAll);
  }
};
