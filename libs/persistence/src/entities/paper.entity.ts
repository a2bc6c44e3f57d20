import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The current row of one paper: the newest record of its key in `papers.v1`. */
@Entity('papers')
export class PaperRow {
  @PrimaryColumn('text') id!: string;
  /** The whole paper of the contract; null when all we know is that it was withdrawn. */
  @Column('jsonb', { nullable: true }) document!: unknown;
  @Column('text', { nullable: true }) title!: string | null;
  @Index('papers_published_at')
  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt!: Date | null;
  @Index('papers_listed_on')
  @Column('date', { name: 'listed_on', nullable: true })
  listedOn!: string | null;
  @Column('text', { nullable: true }) organization!: string | null;
  @Column('text', { array: true, default: () => "'{}'" }) topics!: string[];
  @Column('text', { nullable: true }) source!: string | null;
  @Column('text', { name: 'event_id', nullable: true }) eventId!: string | null;
  @Column('timestamptz') recordedtime!: Date;
  @Column('timestamptz', { name: 'withdrawn_at', nullable: true }) withdrawnAt!: Date | null;
  @Column('integer', { name: 'log_partition' }) logPartition!: number;
  @Column('bigint', { name: 'log_offset' }) logOffset!: string;
}
