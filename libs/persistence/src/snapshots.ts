import { createHash } from 'node:crypto';
import { type EpochMs, Failure, type Positions } from '#contracts';
import type { DataSource } from 'typeorm';
import { SnapshotRow } from './entities/snapshot.entity.js';

export interface NewSnapshot {
  /** Whose state it is, e.g. `ranker`; shards and experiments name themselves here. */
  readonly kind: string;
  readonly formatVersion: number;
  readonly replica: string;
  readonly positions: Positions;
  readonly stateHash: string;
  readonly body: Uint8Array;
  readonly createdAt: EpochMs;
}

export interface SnapshotInfo {
  readonly id: string;
  readonly kind: string;
  readonly formatVersion: number;
  readonly replica: string;
  readonly positions: Positions;
  readonly stateHash: string;
  readonly sizeBytes: number;
  readonly createdAt: EpochMs;
}

export interface Snapshot extends SnapshotInfo {
  readonly body: Buffer;
}

/** The newest usable snapshot, and the ids of newer ones whose bytes no longer match their checksum. */
export interface LatestSnapshot {
  readonly snapshot: Snapshot | null;
  readonly corrupt: readonly string[];
}

/** What the database gives back is not what was written. */
export class SnapshotDamagedFailure extends Failure {
  readonly code = 'SNAPSHOT_DAMAGED';
  readonly retryable = false;
}

const sha256 = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest();

const infoOf = (row: Omit<SnapshotRow, 'body'>): SnapshotInfo => ({
  id: row.id,
  kind: row.kind,
  formatVersion: row.formatVersion,
  replica: row.replica,
  positions: row.positions,
  stateHash: row.stateHash,
  sizeBytes: Number(row.sizeBytes),
  createdAt: row.createdAt.getTime(),
});

const infoColumns = ['id', 'kind', 'formatVersion', 'replica', 'positions', 'stateHash', 'checksum', 'sizeBytes', 'createdAt'] as const;

/** Packed states with the log positions they were taken at. The one who writes is elected with `Locks`. */
export class Snapshots {
  constructor(private readonly dataSource: DataSource) {}

  async save(snapshot: NewSnapshot): Promise<SnapshotInfo> {
    const rows: { id: string }[] = await this.dataSource.query(
      `INSERT INTO snapshots (kind, format_version, replica, positions, state_hash, checksum, size_bytes, body, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
      [
        snapshot.kind,
        snapshot.formatVersion,
        snapshot.replica,
        JSON.stringify(snapshot.positions),
        snapshot.stateHash,
        sha256(snapshot.body),
        snapshot.body.byteLength,
        Buffer.from(snapshot.body.buffer, snapshot.body.byteOffset, snapshot.body.byteLength),
        new Date(snapshot.createdAt).toISOString(),
      ],
    );
    const { body, ...info } = snapshot;
    return { ...info, id: rows[0]?.id ?? '', sizeBytes: body.byteLength };
  }

  /** The newest snapshot of this kind and format whose checksum holds; older ones are tried when it does not. */
  async latest(kind: string, formatVersion: number): Promise<LatestSnapshot> {
    const corrupt: string[] = [];
    for (const info of await this.list(kind)) {
      if (info.formatVersion !== formatVersion) continue;
      try {
        const snapshot = await this.load(info.id);
        if (snapshot !== null) return { snapshot, corrupt }; // null: pruned in between
      } catch (error) {
        if (!(error instanceof SnapshotDamagedFailure)) throw error;
        corrupt.push(info.id);
      }
    }
    return { snapshot: null, corrupt };
  }

  /**
   * One snapshot with its bytes, or null when there is none of this id (any more).
   * @throws {SnapshotDamagedFailure} the bytes no longer match their checksum.
   */
  async load(id: string): Promise<Snapshot | null> {
    const row = await this.dataSource.manager.findOneBy(SnapshotRow, { id });
    if (row === null) return null;
    if (!sha256(row.body).equals(row.checksum)) throw new SnapshotDamagedFailure(`snapshot ${id} does not match its checksum`, { id });
    return { ...infoOf(row), body: row.body };
  }

  /** Newest first, without the bytes. */
  async list(kind: string): Promise<readonly SnapshotInfo[]> {
    const rows = await this.dataSource.manager.find(SnapshotRow, {
      select: Object.fromEntries(infoColumns.map((column) => [column, true])),
      where: { kind },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
    return rows.map(infoOf);
  }

  /** Removes all but the newest `keep` of each format version; answers how many went. */
  async prune(kind: string, keep: number): Promise<number> {
    const [, removed] = await this.dataSource.query<[unknown, number]>(
      `DELETE FROM snapshots WHERE id IN (
         SELECT id FROM (
           SELECT id, row_number() OVER (PARTITION BY format_version ORDER BY created_at DESC, id DESC) AS place FROM snapshots WHERE kind = $1
         ) AS placed WHERE place > $2)`,
      [kind, keep],
    );
    return removed;
  }
}
