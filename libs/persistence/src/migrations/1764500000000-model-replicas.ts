import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each ranker replica made of the registry when it last looked, so that whoever changes the registry learns whether it was taken over. */
export class ModelReplicas1764500000000 implements MigrationInterface {
  readonly name = 'ModelReplicas1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE model_replicas (
         replica text PRIMARY KEY,
         seen_at timestamptz NOT NULL,
         heartbeat_s double precision NOT NULL,
         revision bigint NOT NULL,
         adopted boolean NOT NULL,
         serving jsonb NOT NULL,
         problems jsonb NOT NULL
       )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE model_replicas');
  }
}
