import type { Snapshot, SnapshotId, SnapshotStore } from './snapshot-store.js';

/** Why a stored snapshot was passed over. */
export type RestoreProblem = 'unavailable' | 'corrupt' | 'other-encoder' | 'other-log';

export interface RestoreParts<S> {
  readonly store: Pick<SnapshotStore, 'list' | 'load'>;
  /** Reads the state out of the snapshot. @throws when the bytes are damaged or of a version that this code does not know. */
  readonly decode: (snapshot: Snapshot) => S;
  /** Why this snapshot must not be used although it is whole, or null. */
  readonly unfit: (snapshot: Snapshot) => Promise<Exclude<RestoreProblem, 'unavailable' | 'corrupt'> | null>;
  readonly passedOver: (problem: RestoreProblem, snapshot: SnapshotId | null, error: unknown) => void;
}

/**
 * The newest stored state that can be used, or null: then the caller begins empty and folds the log from its start, which is slow
 * and always right. Nothing that is wrong with a snapshot or with the store stops a start.
 */
export const restoreState = async <S>(parts: RestoreParts<S>): Promise<{ readonly state: S; readonly snapshot: Snapshot } | null> => {
  const listed = await parts.store.list().catch((error: unknown) => {
    parts.passedOver('unavailable', null, error);
    return [];
  });
  for (const id of listed) {
    const restored = await restoreOne(parts, id);
    if (restored !== null) return restored;
  }
  return null;
};

const restoreOne = async <S>(
  parts: RestoreParts<S>,
  id: SnapshotId,
): Promise<{ readonly state: S; readonly snapshot: Snapshot } | null> => {
  try {
    const snapshot = await parts.store.load(id);
    if (snapshot === null) return null;
    const unfit = await parts.unfit(snapshot);
    if (unfit === null) return { state: parts.decode(snapshot), snapshot };
    parts.passedOver(unfit, id, null);
  } catch (error) {
    parts.passedOver('corrupt', id, error);
  }
  return null;
};
