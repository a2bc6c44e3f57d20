import type { DataSource } from 'typeorm';
import { type ModelRole, ModelRow } from './entities/model.entity.js';

export interface ModelAssignment {
  readonly name: string;
  readonly version: string;
  readonly role: ModelRole;
  /** Name of the experiment arm and the share of readers in (0, 1] who get it; for role `arm` only. */
  readonly arm?: string;
  readonly share?: number;
}

const assignmentOf = ({ name, version, role, arm, share }: ModelRow): ModelAssignment => ({
  name,
  version,
  role,
  ...(arm === null ? {} : { arm }),
  ...(share === null ? {} : { share }),
});

/** Which version of each model is live, shadow or an experiment arm. Says what should be; whether a file is fit is the ranker's check. */
export class ModelRegistry {
  constructor(private readonly dataSource: DataSource) {}

  /** Everything that is in use, by name and version. */
  async active(): Promise<readonly ModelAssignment[]> {
    return (await this.list()).filter(({ role }) => role !== 'retired');
  }

  async list(): Promise<readonly ModelAssignment[]> {
    const rows = await this.dataSource.manager.find(ModelRow, { order: { name: 'ASC', version: 'ASC' } });
    return rows.map(assignmentOf);
  }

  /** Grows with every change; 0 before the first. Who reads it before the rest knows at least the changes up to it. */
  async revision(): Promise<number> {
    const [row] = await this.dataSource.query<{ revision: string }[]>('SELECT coalesce(max(id), 0) AS revision FROM model_changes');
    return Number(row?.revision);
  }

  /**
   * Gives a version its part. A version that becomes live retires the one that was, in one transaction.
   * @returns the revision that this change made.
   */
  assign({ name, version, role, arm, share }: ModelAssignment): Promise<number> {
    return this.dataSource.transaction(async (transaction) => {
      // One change at a time: a later revision must not be seen before an earlier one.
      await transaction.query('LOCK TABLE model_changes IN SHARE ROW EXCLUSIVE MODE');
      if (role === 'live') {
        await transaction.query(
          `UPDATE models SET role = 'retired', updated_at = now() WHERE name = $1 AND role = 'live' AND version <> $2`,
          [name, version],
        );
      }
      await transaction.query(
        `INSERT INTO models (name, version, role, arm, share) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (name, version) DO UPDATE SET role = excluded.role, arm = excluded.arm, share = excluded.share, updated_at = now()`,
        [name, version, role, arm ?? null, share ?? null],
      );
      const [made] = await transaction.query<{ id: string }[]>(
        'INSERT INTO model_changes (name, version, role) VALUES ($1, $2, $3) RETURNING id',
        [name, version, role],
      );
      return Number(made?.id);
    });
  }

  /** The version that was live before the one that is; null when none is known. */
  async liveBefore(name: string): Promise<string | null> {
    const [before] = await this.dataSource.query<{ version: string }[]>(
      `SELECT version FROM model_changes WHERE name = $1 AND role = 'live'
         AND version <> (SELECT version FROM model_changes WHERE name = $1 AND role = 'live' ORDER BY id DESC LIMIT 1)
       ORDER BY id DESC LIMIT 1`,
      [name],
    );
    return before?.version ?? null;
  }
}
