import type { EngineProgress } from '../rerank/engine-types.js';

/** What a worker process tells the one that started it. */
export type FromWorker =
  | { readonly kind: 'progress'; readonly progress: EngineProgress }
  | { readonly kind: 'ended'; readonly end: 'done' | 'interrupted' }
  /** `retryable` is null where it was no Failure of ours. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly retryable: boolean | null };

/** The only thing it is told: stop where the run can go on from. */
export const STOP = 'stop';
