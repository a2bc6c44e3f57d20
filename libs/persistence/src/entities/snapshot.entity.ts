import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A packed state with the log positions it was taken at. */
@Entity('snapshots')
@Index('snapshots_newest', ['kind', 'createdAt'])
export class SnapshotRow {
  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column('text') kind!: string;
  @Column('integer', { name: 'format_version' }) formatVersion!: number;
  @Column('text') replica!: string;
  @Column('jsonb') positions!: Record<string, string>;
  @Column('text', { name: 'state_hash' }) stateHash!: string;
  /** SHA-256 of `body`. */
  @Column('bytea') checksum!: Buffer;
  @Column('bigint', { name: 'size_bytes' }) sizeBytes!: string;
  @Column('bytea') body!: Buffer;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}
