import type { EpochMs } from '#contracts';
import type { EntryOutcome } from '../fold/fold-entry.js';
import type { LogEntry } from '../fold/log-entry.js';

/** An entry of the timeline, once it is folded. */
export interface FoldedEntry {
  readonly entry: LogEntry;
  /** Its moment on the timeline. */
  readonly at: EpochMs;
  readonly outcome: EntryOutcome;
  /** Whether it is part of the replayed stretch, or only folded to get there. */
  readonly told: boolean;
}

/** Looks at what is folded along a timeline. */
export interface EntryWatch {
  folded(entry: FoldedEntry): void | Promise<void>;
}

/** Looks at the state at moments of its own choice. */
export interface MomentWatch {
  /** The next moment at which it wants to see the state: everything before it folded, and nothing else. Infinity for none. */
  readonly next: EpochMs;
  /** The state stands at `next`. Afterwards `next` is later, or the same for something else to be done at that moment. */
  reach(): void | Promise<void>;
}
