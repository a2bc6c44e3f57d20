import type { EpochMs } from '#contracts';
import type { Snapshot, SnapshotStore } from './snapshot-store.js';

/** How an attempt to save ended. */
export type SaveOutcome = 'written' | 'unchanged' | 'not-elected' | 'failed';

export interface SnapshotObserver {
  /** `heldSeconds`: how long folding was held while the state was taken (requests went on); `seconds`: all of it, with packing and storing. */
  saved(snapshot: { readonly storedBytes: number; readonly takenAt: EpochMs }, heldSeconds: number, seconds: number): void;
  saveFailed(error: unknown): void;
}

export interface SnapshotKeeperParts {
  /** Does beforehand, in slices, what would make `take` long. */
  readonly prepare: () => Promise<void>;
  /** Takes the state as it is when this is called: from the call on until the answer nothing is folded. */
  readonly take: () => Promise<Snapshot>;
  /** Changes whenever anything has been folded. */
  readonly version: () => string;
  readonly store: Pick<SnapshotStore, 'saveIfElected'>;
  readonly intervalMs: number;
  readonly now: () => EpochMs;
  readonly observer: SnapshotObserver;
}

/**
 * Looks in one interval whether the stored snapshot has become old. A replica that only looked at the end of an interval of its own would, when it
 * crashes more often than that, leave none behind, and its next start would fold the whole log again.
 */
const LOOKS = 6;

/**
 * Saves the state every interval in which something changed, and once more at the end. A save that fails costs a longer start of the
 * next process and nothing else, so it is counted and the next interval tries again.
 */
export class SnapshotKeeper {
  private lastVersion: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<SaveOutcome> | undefined;

  constructor(private readonly parts: SnapshotKeeperParts) {}

  /** `restored`: the version that the store has already, so that an idle replica writes nothing. */
  start(restored?: string): void {
    this.lastVersion = restored;
    this.timer = setInterval(() => void this.save(this.parts.intervalMs), this.parts.intervalMs / LOOKS);
    this.timer.unref();
  }

  /** One save at a time; whoever asks during one gets the outcome of that one. */
  save(freshMs: number): Promise<SaveOutcome> {
    this.running ??= this.attempt(freshMs).finally(() => (this.running = undefined));
    return this.running;
  }

  /** Ends the interval and saves what changed since, however new the stored one is: the next process starts where this one ended. */
  async stop(): Promise<SaveOutcome> {
    clearInterval(this.timer);
    await this.running;
    return this.save(0);
  }

  private async attempt(freshMs: number): Promise<SaveOutcome> {
    const { prepare, take, version, store, now, observer } = this.parts;
    if (version() === this.lastVersion) return 'unchanged';
    const startedAt = now();
    let taken: { version: string; at: EpochMs; heldSeconds: number } | undefined;
    try {
      const storedBytes = await store.saveIfElected(freshMs, async () => {
        await prepare();
        const heldAt = now();
        const [asTaken, taking] = [version(), take()]; // in one go: nothing is folded between the two
        const snapshot = await taking;
        taken = { version: asTaken, at: snapshot.takenAt, heldSeconds: (now() - heldAt) / 1000 };
        return snapshot;
      });
      if (storedBytes === null || taken === undefined) return 'not-elected';
      this.lastVersion = taken.version;
      observer.saved({ storedBytes, takenAt: taken.at }, taken.heldSeconds, (now() - startedAt) / 1000);
      return 'written';
    } catch (error) {
      observer.saveFailed(error);
      return 'failed';
    }
  }
}
