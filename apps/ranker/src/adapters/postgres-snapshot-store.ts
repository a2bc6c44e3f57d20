import type { EpochMs } from '#contracts';
import type { Locks, Snapshots } from '#persistence';
import { ENVELOPE_VERSION, seal, unseal } from '../snapshots/envelope.js';
import { SnapshotStore, type Snapshot, type SnapshotId } from '../snapshots/snapshot-store.js';

/** Whose snapshots these are, in the table that shards and experiments may share. */
const KIND = 'ranker';
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
    private readonly snapshots: Snapshots,
    private readonly locks: Locks,
    private readonly options: PostgresSnapshotOptions,
  ) {
    super();
  }

  override async list(): Promise<readonly SnapshotId[]> {
    const stored = await this.snapshots.list(KIND);
    return stored
      .filter(({ formatVersion }) => formatVersion === ENVELOPE_VERSION)
      .map(({ id, createdAt }) => ({ id, takenAt: createdAt }));
  }

  override async load({ id }: SnapshotId): Promise<Snapshot | null> {
    const stored = await this.snapshots.load(id);
    if (stored === null) return null;
    const { encoder, takenAt, state } = await unseal(stored.body);
    return { takenAt, encoder, positions: stored.positions, stateHash: stored.stateHash, bytes: state };
  }

  override async saveIfElected(freshMs: number, take: () => Snapshot): Promise<number | null> {
    const outcome = await this.locks.tryWithLock(LOCK, async () => {
      const [newest] = await this.list();
      if (newest !== undefined && newest.takenAt > this.options.now() - freshMs) return null;
      return this.save(take());
    });
    return outcome.held ? outcome.value : null;
  }

  private async save({ takenAt, positions, stateHash, encoder, bytes }: Snapshot): Promise<number> {
    const body = await seal({ encoder, takenAt }, bytes);
    await this.snapshots.save({
      kind: KIND,
      formatVersion: ENVELOPE_VERSION,
      replica: this.options.replica,
      positions,
      stateHash,
      body,
      createdAt: takenAt,
    });
    await this.snapshots.prune(KIND, this.options.keep);
    return body.byteLength;
  }
}
