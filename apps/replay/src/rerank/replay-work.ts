import type { StreamHash } from '../fold/stream-hash.js';
import type { PaperVectors } from '../fold/paper-vectors.js';
import type { ReplayedRequest } from '../files/run-files.js';
import type { Cursor, EngineOptions, EngineSink } from './engine-types.js';
import type { WorkProgress } from './work-progress.js';

/** What the passes of one replay share. */
export interface ReplayWork {
  readonly options: EngineOptions;
  readonly sink: EngineSink;
  readonly signal: AbortSignal;
  readonly vectors: PaperVectors;
  readonly hash: StreamHash;
  readonly progress: WorkProgress;
  /** Papers that results name. */
  readonly named: Set<string>;
}

/** Hands on one ranked request, and keeps what the summary will need of it. */
export const handOn = async ({ sink, named, progress }: ReplayWork, line: ReplayedRequest, cursor: Cursor): Promise<void> => {
  for (const slate of [line.served, line.a, line.b]) for (const { paperId } of slate?.slots ?? []) named.add(paperId);
  if (line.chosen !== undefined) named.add(line.chosen.paperId);
  await sink.request(line, cursor);
  progress.ranked();
};
