import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far the archive has come in one partition, and who may move it. */
@Entity('archive_positions')
export class ArchivePositionRow {
  @PrimaryColumn('text') topic!: string;
  @PrimaryColumn('integer') partition!: number;
  @Column('bigint', { name: 'next_offset' }) nextOffset!: string;
  @Column('text') owner!: string;
  /** Grows by one with every claim. */
  @Column('bigint') generation!: string;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
