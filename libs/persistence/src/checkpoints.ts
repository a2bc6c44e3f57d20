import type { DataSource } from 'typeorm';
import { ConnectorCheckpointRow } from './entities/connector-checkpoint.entity.js';

/** What a connector remembers between runs; its shape is the connector's own. */
export type Checkpoint = Readonly<Record<string, unknown>>;

export class Checkpoints {
  constructor(private readonly dataSource: DataSource) {}

  async load(connector: string, scope: string): Promise<Checkpoint | null> {
    const row = await this.dataSource.manager.findOneBy(ConnectorCheckpointRow, { connector, scope });
    return row === null ? null : (row.checkpoint as Checkpoint);
  }

  async save(connector: string, scope: string, checkpoint: Checkpoint): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO connector_checkpoints (connector, scope, checkpoint) VALUES ($1, $2, $3)
       ON CONFLICT (connector, scope) DO UPDATE SET checkpoint = excluded.checkpoint, updated_at = now()`,
      [connector, scope, JSON.stringify(checkpoint)],
    );
  }

  async forget(connector: string, scope: string): Promise<void> {
    await this.dataSource.manager.delete(ConnectorCheckpointRow, { connector, scope });
  }
}
