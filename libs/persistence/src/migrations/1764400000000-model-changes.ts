import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every part that a version was given, so that a rollback knows what was live before. */
export class ModelChanges1764400000000 implements MigrationInterface {
  readonly name = 'ModelChanges1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE model_changes (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         name text NOT NULL,
         version text NOT NULL,
         role text NOT NULL,
         changed_at timestamptz NOT NULL DEFAULT now()
       )`,
    );
    await runner.query(
      `INSERT INTO model_changes (name, version, role, changed_at) SELECT name, version, role, updated_at FROM models ORDER BY updated_at`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE model_changes');
  }
}
