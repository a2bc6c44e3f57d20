import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a connector goes on: `scope` is what it reads (a path, a URL and set). */
@Entity('connector_checkpoints')
export class ConnectorCheckpointRow {
  @PrimaryColumn('text') connector!: string;
  @PrimaryColumn('text') scope!: string;
  @Column('jsonb') checkpoint!: unknown;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
