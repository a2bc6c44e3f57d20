import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was redriven, so that a second redrive finds nothing to do. */
export class DeadLetterRedrives1764200000000 implements MigrationInterface {
  readonly name = 'DeadLetterRedrives1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE dead_letter_redrives (
         consumer text NOT NULL,
         topic text NOT NULL,
         partition integer NOT NULL,
         log_offset bigint NOT NULL,
         run uuid NOT NULL,
         begun_at timestamptz NOT NULL DEFAULT now(),
         done_at timestamptz,
         new_partition integer,
         new_offset bigint,
         PRIMARY KEY (consumer, topic, partition, log_offset),
         CHECK ((done_at IS NULL) = (new_offset IS NULL) AND (new_offset IS NULL) = (new_partition IS NULL))
       )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dead_letter_redrives');
  }
}
