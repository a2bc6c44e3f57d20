import { Failure } from '#contracts';
import { growHeapSlowly } from '../fold/frugal-heap.js';
import { plannedReplay } from './planned-replay.js';
import { runShare } from './run-share.js';
import { UnfinishedRun } from './unfinished-run.js';
import { STOP, type FromWorker } from './worker-messages.js';

/** `node share-process.js DIRECTORY SHARE SPEED`, started by worker-processes.ts: does one share of the run in the directory. */

// An error is for the callback: emitted, it would end the process with a stack for what 'disconnect' says in peace.
const tell = (message: FromWorker): void => void process.send?.(message, () => undefined);

const stopping = new AbortController();
process.on('message', (message) => message === STOP && stopping.abort());
// Ctrl-C reaches the whole group; whoever started us decides what it means.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// Nobody is there any more to tell: what is written can be gone on with, and must not be written to while that happens.
process.once('disconnect', () => process.exit(1));

const work = async (): Promise<FromWorker> => {
  const [directory = '', share = '', speed = ''] = process.argv.slice(2);
  const { run, plan } = UnfinishedRun.open(directory);
  const end = await runShare({
    run,
    share: { index: Number(share), of: plan.parallel },
    speed: speed === '' ? null : Number(speed),
    replay: plannedReplay(plan),
    progress: (progress) => tell({ kind: 'progress', progress }),
    signal: stopping.signal,
  });
  return { kind: 'ended', end };
};

const failed = (error: unknown): FromWorker =>
  error instanceof Failure
    ? { kind: 'failed', code: error.code, message: error.message, retryable: error.retryable }
    : { kind: 'failed', code: '', message: error instanceof Error ? (error.stack ?? error.message) : String(error), retryable: null };

growHeapSlowly();
const outcome = await work().catch(failed);
process.removeAllListeners('disconnect');
process.send?.(outcome, () => process.disconnect());
