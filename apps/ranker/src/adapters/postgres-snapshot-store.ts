import type { EpochMs } from '#contracts';
import { Locks, packState, RANKER_SNAPSHOTS, SNAPSHOT_PACKING_VERSION, Snapshots, unpackState } from '#persistence';
import { SnapshotStore, type Snapshot, type SnapshotId } from '../snapshots/snapshot-store.js';
import type { Database } from './database.js';

const LOCK = 'broadsheet/snapshot-writer/ranker';

export interface PostgresSnapshotOptions {
  readonly replica: string;
  /** How many stay. */
  readonly keep: number;
  readonly now: () => EpochMs;
}

/** Snapshots in PostgreSQL: one row each, checked against its SHA-256 when it is read. The writer is elected by an advisory lock. */
export class PostgresSnapshotStore extends SnapshotStore {
  constructor(
    private readonly database: Database,
    private readonly options: PostgresSnapshotOptions,
  ) {
    super();
  }

  override async list(): Promise<readonly SnapshotId[]> {
    const stored = await (await this.snapshots()).list(RANKER_SNAPSHOTS);
    return stored
      .filter(({ formatVersion }) => formatVersion === SNAPSHOT_PACKING_VERSION)
      .map(({ id, createdAt }) => ({ id, takenAt: createdAt }));
  }

  override async load({ id }: SnapshotId): Promise<Snapshot | null> {
    const stored = await (await this.snapshots()).load(id);
    if (stored === null) return null;
    const { createdAt, positions, stateHash, body } = stored;
    return { takenAt: createdAt, positions, stateHash, bytes: await unpackState(body) };
  }

  override async saveIfElected(freshMs: number, take: () => Promise<Snapshot>): Promise<number | null> {
    const outcome = await new Locks(await this.database.connected()).tryWithLock(LOCK, async () => {
      const [newest] = await this.list();
      if (newest !== undefined && newest.takenAt > this.options.now() - freshMs) return null;
      return this.save(await take());
    });
    return outcome.held ? outcome.value : null;
  }

  private async save({ takenAt, positions, stateHash, bytes }: Snapshot): Promise<number> {
    const { replica, keep } = this.options;
    const snapshots = await this.snapshots();
    const body = await packState(bytes);
    await snapshots.save({
      kind: RANKER_SNAPSHOTS,
      formatVersion: SNAPSHOT_PACKING_VERSION,
      replica,
      positions,
      stateHash,
      body,
      createdAt: takenAt,
    });
    await snapshots.prune(RANKER_SNAPSHOTS, keep);
    return body.byteLength;
  }

  private async snapshots(): Promise<Snapshots> {
    return new Snapshots(await this.database.connected());
  }
}
