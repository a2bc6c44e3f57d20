import type { Snapshot, SnapshotId, SnapshotStore } from './snapshot-store.js';

/** Why a stored snapshot was passed over. */
export type RestoreProblem = 'unavailable' | 'corrupt' | 'other-log';

export interface RestoreParts<S> {
  readonly store: Pick<SnapshotStore, 'list' | 'load'>;
  /** How long to ask again for a store that is away: folding from zero may take minutes, so some seconds are well spent. */
  readonly patienceMs: number;
  /** Reads the state out of the snapshot. @throws when the bytes are damaged or of a version that this code does not know. */
  readonly decode: (snapshot: Snapshot) => S;
  /** Whether the snapshot was taken of the log that we are going to read. */
  readonly isOfThisLog: (snapshot: Snapshot) => Promise<boolean>;
  readonly passedOver: (problem: RestoreProblem, snapshot: SnapshotId | null, error: unknown) => void;
}

export interface Restored<S> {
  readonly state: S;
  readonly snapshot: Snapshot;
}

const ASK_EVERY_MS = 500;

/**
 * The newest stored state that can be used, or null: then the caller begins empty and folds the log from its start, which is slow
 * and always right. Nothing that is wrong with a snapshot or with the store stops a start.
 */
export const restoreState = async <S>(parts: RestoreParts<S>): Promise<Restored<S> | null> => {
  for (const id of await listed(parts)) {
    const restored = await restoreOne(parts, id);
    if (restored !== null) return restored;
  }
  return null;
};

const listed = async <S>({ store, patienceMs, passedOver }: RestoreParts<S>): Promise<readonly SnapshotId[]> => {
  for (let waited = 0; ; waited += ASK_EVERY_MS) {
    try {
      return await store.list();
    } catch (error) {
      if (waited >= patienceMs) {
        passedOver('unavailable', null, error);
        return [];
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }
};

const restoreOne = async <S>(parts: RestoreParts<S>, id: SnapshotId): Promise<Restored<S> | null> => {
  try {
    const snapshot = await parts.store.load(id);
    if (snapshot === null) return null;
    if (await parts.isOfThisLog(snapshot)) return { state: parts.decode(snapshot), snapshot };
    parts.passedOver('other-log', id, null);
  } catch (error) {
    parts.passedOver('corrupt', id, error);
  }
  return null;
};
