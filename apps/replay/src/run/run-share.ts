import { existsSync, openSync, closeSync, fstatSync } from 'node:fs';
import { runFiles } from '../files/run-files.js';
import type { Cursor, EngineProgress, EngineSink } from '../rerank/engine-types.js';
import { linesOf } from './parts/line-blocks.js';
import { jsonOf } from './parts/part-line.js';
import { recoverPart } from './parts/recover-part.js';
import { pacer } from './pacer.js';
import { ShareSink } from './share-sink.js';
import { SlateTally } from './slate-tally.js';
import type { UnfinishedRun } from './unfinished-run.js';

/** What one worker asks of the engine beside the plan. */
export interface ShareWork {
  readonly share: { readonly index: number; readonly of: number };
  /** The last request whose slate is written already. */
  readonly after: Cursor | null;
  /** Papers that those slates name. */
  readonly named: ReadonlySet<string>;
}

/** The engine with the plan's source, models and options put in. */
export type PlannedReplay = (work: ShareWork, sink: EngineSink, signal: AbortSignal) => Promise<'done' | 'interrupted'>;

export interface RunShareParts {
  readonly run: UnfinishedRun;
  readonly share: { readonly index: number; readonly of: number };
  readonly speed: number | null;
  readonly replay: PlannedReplay;
  readonly progress: (progress: EngineProgress) => void;
  readonly signal: AbortSignal;
}

/** Slates that were written before an interruption. */
const tallyOf = (path: string): SlateTally => {
  const tally = new SlateTally();
  if (!existsSync(path)) return tally;
  const file = openSync(path, 'r');
  try {
    for (const line of linesOf({ file, from: 0, to: fstatSync(file).size })) tally.addWritten(jsonOf(line));
  } finally {
    closeSync(file);
  }
  return tally;
};

/** Does one worker's share of a run, or what an interruption left of it. A share that is done already stays as it is. */
export const runShare = async ({ run, share, speed, replay, progress, signal }: RunShareParts): Promise<'done' | 'interrupted'> => {
  const claim = await run.claim(String(share.index));
  try {
    if (run.summaryOf(share.index) !== null) return 'done';
    const slates = run.partPath(runFiles.slates, share.index);
    const after = recoverPart(slates);
    const tally = tallyOf(slates);
    const sink = new ShareSink({ run, share: share.index, tally, pace: pacer(speed, signal), progress });
    const end = await replay({ share, after, named: tally.named }, sink, signal);
    if (end === 'interrupted') sink.close();
    return end;
  } finally {
    claim.release();
  }
};
