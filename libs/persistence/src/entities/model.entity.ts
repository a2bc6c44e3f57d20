import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ModelRole = 'live' | 'shadow' | 'arm' | 'retired';

/** The part that one version of a model plays. `arm` and `share` are set for role `arm` only. */
@Entity('models')
export class ModelRow {
  @PrimaryColumn('text') name!: string;
  @PrimaryColumn('text') version!: string;
  @Column('text') role!: ModelRole;
  @Column('text', { nullable: true }) arm!: string | null;
  @Column('double precision', { nullable: true }) share!: number | null;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
