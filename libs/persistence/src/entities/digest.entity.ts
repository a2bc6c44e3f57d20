import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One digest that was handed to a target, or was about to be. */
@Entity('digests')
export class DigestRow {
  @PrimaryColumn('text') period!: string;
  @PrimaryColumn('text') selection!: string;
  @PrimaryColumn('text') target!: string;
  @Column('timestamptz', { name: 'begun_at', default: () => 'now()' }) begunAt!: Date;
  /** Null while it is not known whether the target has it. */
  @Column('timestamptz', { name: 'delivered_at', nullable: true }) deliveredAt!: Date | null;
}
