import type { EpochMs, Positions } from '#contracts';

/** A saved state: `bytes` is what the state wrote of itself (versioned and checksummed inside). */
export interface Snapshot {
  readonly takenAt: EpochMs;
  readonly positions: Positions;
  readonly stateHash: string;
  readonly bytes: Uint8Array;
}

/** Identifies a stored snapshot in logs. */
export interface SnapshotId {
  readonly id: string;
  readonly takenAt: EpochMs;
}

/** Keeps the last few snapshots for all replicas. */
export abstract class SnapshotStore {
  /** Newest first. */
  abstract list(): Promise<readonly SnapshotId[]>;
  /** One read. Null when it has been pruned since it was listed. @throws when the stored bytes are not those that were written. */
  abstract load(id: SnapshotId): Promise<Snapshot | null>;
  /**
   * Stores what `take` answers and forgets all but the newest few, if this replica is elected: no other one is writing now, and the newest
   * stored is older than `freshMs`. Otherwise `take` is not called. Replicas hold the same state, so one writer an interval is enough.
   * Out: size in bytes as stored, or null when not elected.
   */
  abstract saveIfElected(freshMs: number, take: () => Promise<Snapshot>): Promise<number | null>;
}
