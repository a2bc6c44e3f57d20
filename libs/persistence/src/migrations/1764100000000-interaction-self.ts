import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `seed` of an author may say that the reader is that author. Partitions take the column from their table. */
export class InteractionSelf1764100000000 implements MigrationInterface {
  name = 'InteractionSelf1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE interactions ADD COLUMN self boolean');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE interactions DROP COLUMN self');
  }
}
