import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which digest went where: one row for each period, selection and target, so that none is sent twice. */
export class Digests1764600000000 implements MigrationInterface {
  readonly name = 'Digests1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE digests (
         period text NOT NULL,
         selection text NOT NULL,
         target text NOT NULL,
         begun_at timestamptz NOT NULL DEFAULT now(),
         delivered_at timestamptz,
         PRIMARY KEY (period, selection, target)
       )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE digests');
  }
}
