import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One archived interaction. The table is partitioned by day of `recordedtime` (UTC). */
@Entity('interactions')
@Index('interactions_reader', ['readerRef', 'recordedtime'])
export class InteractionRow {
  @PrimaryColumn('integer', { name: 'log_partition' }) logPartition!: number;
  @PrimaryColumn('bigint', { name: 'log_offset' }) logOffset!: string;
  @PrimaryColumn('timestamptz') recordedtime!: Date;
  @Column('text', { name: 'event_id' }) eventId!: string;
  @Column('text') source!: string;
  @Column('timestamptz') time!: Date;
  @Column('text', { name: 'reader_ref' }) readerRef!: string;
  @Column('text') action!: string;
  @Column('text', { name: 'target_kind' }) targetKind!: string;
  @Column('text', { name: 'target_id' }) targetId!: string;
  @Column('boolean', { nullable: true }) on!: boolean | null;
  @Column('double precision', { nullable: true }) value!: number | null;
  @Column('text', { name: 'session_id', nullable: true }) sessionId!: string | null;
  @Column('text', { name: 'request_id', nullable: true }) requestId!: string | null;
  @Column('text', { nullable: true }) surface!: string | null;
  @Column('integer', { nullable: true }) position!: number | null;
  @Column('text', { nullable: true }) client!: string | null;
  /** A `seed` of an author who the reader is. */
  @Column('boolean', { nullable: true }) self!: boolean | null;
  @Column('text') trust!: string;
  /** Came more than seven days after it happened: kept here, left out of online state. */
  @Column('boolean') late!: boolean;
}

/** Every reader's event ids that the archive holds: exact dedupe across all days. */
@Entity('interaction_ids')
export class InteractionIdRow {
  @PrimaryColumn('text', { name: 'reader_ref' }) readerRef!: string;
  @PrimaryColumn('text', { name: 'event_id' }) eventId!: string;
  @Column('timestamptz') recordedtime!: Date;
}
