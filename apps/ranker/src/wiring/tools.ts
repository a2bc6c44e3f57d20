import type { Failure } from '#contracts';
import type { Logger, Tracing } from '#telemetry';
import type { RankerConfig } from '../ranker.config.js';
import type { RankerMetrics } from '../ranker.metrics.js';
import type { SparseLog } from '../watching/sparse-log.js';

/** What every module of the ranker is made with. */
export interface Tools {
  readonly config: RankerConfig;
  readonly logger: Logger;
  readonly metrics: RankerMetrics;
  readonly sparse: SparseLog;
  readonly tracing: Tracing;
  /** Ends the process: called when going on would serve wrong answers. */
  readonly fatal: (failure: Failure) => void;
}

export const wallClock = (): number => Date.now();
export const monotonicClock = (): number => performance.now();
