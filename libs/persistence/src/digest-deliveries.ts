import type { DataSource } from 'typeorm';

/** A digest and where it goes. */
export interface DigestKey {
  /** `2026-11-23`, `2026-W47`, `2026-11`. */
  readonly period: string;
  /** What of the papers: `trending`, or with filters `trending topic=...`. */
  readonly selection: string;
  /** `smtp/NAME`, `webhook/NAME`. */
  readonly target: string;
}

export interface DigestDelivery {
  readonly begunAt: Date;
  /** Null: it was begun, and it is not known whether the target has it. */
  readonly deliveredAt: Date | null;
}

/**
 * Which digest was delivered. A delivery is begun just before it is handed over and finished just after; one that was begun and not finished may have arrived or not.
 * Callers hold a lock of `Locks` for the key meanwhile.
 */
export class DigestDeliveries {
  constructor(private readonly dataSource: DataSource) {}

  /** Null: never begun. */
  async find({ period, selection, target }: DigestKey): Promise<DigestDelivery | null> {
    const [row] = await this.dataSource.query<{ begun_at: Date; delivered_at: Date | null }[]>(
      'SELECT begun_at, delivered_at FROM digests WHERE period = $1 AND selection = $2 AND target = $3',
      [period, selection, target],
    );
    return row === undefined ? null : { begunAt: row.begun_at, deliveredAt: row.delivered_at };
  }

  async begin({ period, selection, target }: DigestKey): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO digests (period, selection, target) VALUES ($1, $2, $3)
       ON CONFLICT (period, selection, target) DO UPDATE SET begun_at = now(), delivered_at = NULL`,
      [period, selection, target],
    );
  }

  async finish({ period, selection, target }: DigestKey): Promise<void> {
    await this.dataSource.query('UPDATE digests SET delivered_at = now() WHERE period = $1 AND selection = $2 AND target = $3', [
      period,
      selection,
      target,
    ]);
  }

  /** It is certain that the target has not got it: as if it had never begun. */
  async undo({ period, selection, target }: DigestKey): Promise<void> {
    await this.dataSource.query('DELETE FROM digests WHERE period = $1 AND selection = $2 AND target = $3 AND delivered_at IS NULL', [
      period,
      selection,
      target,
    ]);
  }
}
