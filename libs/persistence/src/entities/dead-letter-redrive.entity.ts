import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One dead letter that an operator had appended again: who had parked it, where the parked record stands, and how far the redrive came. */
@Entity('dead_letter_redrives')
export class DeadLetterRedriveRow {
  @PrimaryColumn('text') consumer!: string;
  @PrimaryColumn('text') topic!: string;
  @PrimaryColumn('integer') partition!: number;
  @PrimaryColumn('bigint', { name: 'log_offset' }) logOffset!: string;
  /** The run of the command that holds it, or held it last. */
  @Column('uuid') run!: string;
  @Column('timestamptz', { name: 'begun_at', default: () => 'now()' }) begunAt!: Date;
  /** Null while it is not certain that the log has the record again. */
  @Column('timestamptz', { name: 'done_at', nullable: true }) doneAt!: Date | null;
  @Column('integer', { name: 'new_partition', nullable: true }) newPartition!: number | null;
  @Column('bigint', { name: 'new_offset', nullable: true }) newOffset!: string | null;
}
