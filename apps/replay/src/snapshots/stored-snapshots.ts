import { existsSync } from 'node:fs';
import { RANKER_SNAPSHOTS, SNAPSHOT_PACKING_VERSION, type SnapshotInfo, Snapshots, unpackState } from '#persistence';
import { withReadOnlyDatabase } from './read-only-database.js';
import { readSnapshotFile, type StoredState } from './snapshot-file.js';
import { SnapshotMissingFailure, SnapshotUnusableFailure } from './snapshot.failure.js';

/** Snapshots that the rankers left in PostgreSQL, newest first. */
export const listStored = (databaseUrl: string): Promise<readonly SnapshotInfo[]> =>
  withReadOnlyDatabase(databaseUrl, (database) => new Snapshots(database).list(RANKER_SNAPSHOTS));

/**
 * One of them with its state.
 * @throws {SnapshotMissingFailure} there is none of this id. @throws {SnapshotUnusableFailure} its packing is not known here.
 * @throws {SnapshotDamagedFailure} its bytes do not match their checksum.
 */
const loadStored = (databaseUrl: string, id: string): Promise<StoredState> =>
  withReadOnlyDatabase(databaseUrl, async (database) => {
    const stored = await new Snapshots(database).load(id);
    if (stored === null) throw new SnapshotMissingFailure(`there is no snapshot ${id}: snapshot list tells which there are`, { id });
    if (stored.formatVersion !== SNAPSHOT_PACKING_VERSION)
      throw new SnapshotUnusableFailure(
        `snapshot ${id} is packed in version ${stored.formatVersion}; this program knows ${SNAPSHOT_PACKING_VERSION}`,
        { id },
      );
    return { positions: stored.positions, stateHash: stored.stateHash, bytes: await unpackState(stored.body) };
  });

/**
 * The state at a place: a file that `snapshot create` wrote, or the id of a snapshot in PostgreSQL.
 * @throws {SnapshotMissingFailure} there is nothing of this kind.
 */
export const openStoredState = (place: string, databaseUrl: () => string): Promise<StoredState> => {
  if (existsSync(place)) return readSnapshotFile(place);
  if (/^\d{1,18}$/.test(place)) return loadStored(databaseUrl(), place);
  throw new SnapshotMissingFailure(`${place} is neither a file nor the id of a snapshot in the database`, { place });
};
