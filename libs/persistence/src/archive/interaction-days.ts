import type { EpochMs } from '#contracts';
import type { DataSource } from 'typeorm';

const DAY_MS = 86_400_000;

/** `2025-10-28`, in UTC. */
export const dayOf = (time: EpochMs): string => new Date(time).toISOString().slice(0, 10);

const tableOf = (day: string): string => `interactions_${day.replaceAll('-', '_')}`;

/**
 * The day partitions of `interactions`. Days are made ahead so that midnight costs nothing, and on demand for any other day.
 * What exists is remembered: the usual call touches no server.
 */
export class InteractionDays {
  private readonly known = new Set<string>();

  constructor(private readonly dataSource: DataSource) {}

  /** Makes the day of `now` and the `ahead` days after it. */
  ensureAhead(now: EpochMs, ahead = 3): Promise<void> {
    return this.ensure(Array.from({ length: ahead + 1 }, (_, i) => dayOf(now + i * DAY_MS)));
  }

  async ensure(days: Iterable<string>): Promise<void> {
    for (const day of new Set(days)) if (!this.known.has(day)) await this.create(day);
  }

  /** After a partition was dropped behind our back: look again. */
  forget(): void {
    this.known.clear();
  }

  /**
   * A table is made by itself and then attached: ATTACH lets reads and writes of other days go on, while
   * CREATE ... PARTITION OF would stop them. The lock keeps two processes from making one day at once.
   */
  private async create(day: string): Promise<void> {
    const table = tableOf(day);
    const next = dayOf(Date.parse(`${day}T00:00:00Z`) + DAY_MS);
    await this.dataSource.transaction(async (transaction) => {
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtextextended('broadsheet/interaction-days', 0))`);
      const [found] = await transaction.query<{ attached: number }[]>(
        `SELECT 1 AS attached FROM pg_inherits WHERE inhrelid = to_regclass($1) AND inhparent = to_regclass('interactions')`,
        [table],
      );
      if (found !== undefined) return;
      await transaction.query(`CREATE TABLE ${table} (LIKE interactions INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
      await transaction.query(
        `ALTER TABLE interactions ATTACH PARTITION ${table} FOR VALUES FROM ('${day}T00:00:00Z') TO ('${next}T00:00:00Z')`,
      );
    });
    this.known.add(day);
  }
}
