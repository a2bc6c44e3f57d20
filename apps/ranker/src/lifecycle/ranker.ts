import type { LogFollower } from '../consume/log-follower.js';
import type { ModelSupply } from '../models/model-supply.js';
import type { ModelShelf } from '../models/model-shelf.js';
import type { ReplicaReporter } from '../models/replica-reporter.js';
import type { Admission } from '../rank/admission.js';
import type { ServedLog } from '../served/served-log.js';
import type { SnapshotKeeper } from '../snapshots/snapshot-keeper.js';
import type { RankerPhase } from './phase.js';

export interface RankerParts {
  readonly phase: RankerPhase;
  readonly admission: Pick<Admission, 'empty'>;
  readonly follower: Pick<LogFollower, 'start' | 'stop'>;
  readonly served: Pick<ServedLog, 'stop'>;
  readonly snapshots: Pick<SnapshotKeeper, 'start' | 'stop'>;
  readonly supply: Pick<ModelSupply, 'start' | 'stop'>;
  readonly shelf: Pick<ModelShelf<unknown>, 'close'>;
  readonly reporter: Pick<ReplicaReporter, 'start' | 'stop'>;
  readonly encoder: { close(): Promise<void> };
  /** Version of the state as it was restored; undefined when it began empty. */
  readonly restoredVersion: string | undefined;
}

/** How long a stop tries to record the last answers, in ms. */
const SERVED_LIMIT_MS = 3000;

/** The life of one replica: what starts, and what stops in which order. Each `stop` step leaves the next with what it needs. */
export class Ranker {
  constructor(private readonly parts: RankerParts) {}

  start(): void {
    const { follower, snapshots, supply, reporter, restoredVersion } = this.parts;
    snapshots.start(restoredVersion);
    supply.start();
    reporter.start();
    follower.start();
  }

  /** First: says "not ready" and goes on answering, while callers notice. */
  drain(): void {
    this.parts.phase.drain();
  }

  /** Second: takes no more requests and ends those it has. */
  async finishRequests(): Promise<void> {
    this.parts.phase.stop();
    await this.parts.admission.empty();
  }

  /** Third: folds what is in hand and leaves the log. */
  leaveLog(): Promise<void> {
    return this.parts.follower.stop();
  }

  /** Fourth: records the last answers. */
  flushServed(): Promise<void> {
    return this.parts.served.stop(SERVED_LIMIT_MS);
  }

  /** Fifth, after the last record: keeps the state for the next process. */
  async keepState(): Promise<void> {
    await this.parts.snapshots.stop();
  }

  /** Last: lets go of native memory. */
  async closeModels(): Promise<void> {
    const { supply, shelf, encoder, reporter } = this.parts;
    // Together: the shelf gives up a check that the supply would wait for.
    await Promise.all([supply.stop(), shelf.close()]);
    await encoder.close();
    await reporter.stop();
  }
}
