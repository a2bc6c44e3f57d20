import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Names the rows that an append to `interactions` would fail on, and leaves nothing behind: the halving of a batch that cost a
 * transaction a step happens inside the server, in one round trip.
 *
 * Ranges that pass stay written until the end, so that an event that is repeated within the batch is seen as the repetition that the
 * append would see. Errors are answered with their state and constraint: which of them are the fault of the values is decided by who asks.
 */
const refusedInteractions = `
  CREATE FUNCTION refused_interactions(documents text[])
  RETURNS TABLE (place integer, state text, broken text, message text)
  LANGUAGE plpgsql AS $$
  DECLARE
    pending integer[] := ARRAY[[1, cardinality(documents)]];
    depth integer := 1;
    first integer;
    last integer;
    middle integer;
    found jsonb := '[]';
  BEGIN
    IF cardinality(documents) = 0 THEN RETURN; END IF;
    BEGIN
      WHILE depth > 0 LOOP
        first := pending[depth][1];
        last := pending[depth][2];
        depth := depth - 1;
        BEGIN
          WITH incoming AS (
            SELECT DISTINCT ON (asked.reader_ref, asked.event_id) asked.*
            FROM unnest(documents[first:last]) AS given (document),
                 LATERAL jsonb_populate_record(NULL::interactions, given.document::jsonb) AS asked
            ORDER BY asked.reader_ref, asked.event_id, asked.log_partition, asked.log_offset
          ), fresh AS (
            INSERT INTO interaction_ids (reader_ref, event_id, recordedtime) SELECT reader_ref, event_id, recordedtime FROM incoming
            ON CONFLICT DO NOTHING
            RETURNING reader_ref, event_id
          )
          INSERT INTO interactions
          SELECT incoming.* FROM incoming JOIN fresh USING (reader_ref, event_id);
        EXCEPTION WHEN OTHERS THEN
          IF first = last THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, broken = CONSTRAINT_NAME, message = MESSAGE_TEXT;
            found := found || jsonb_build_array(jsonb_build_object('place', first - 1, 'state', state, 'broken', broken, 'message', message));
          ELSE
            -- The earlier half on top: of an event that is repeated, the first is the one that is written.
            middle := (first + last) / 2;
            pending := pending[1:depth] || ARRAY[[middle + 1, last], [first, middle]];
            depth := depth + 2;
          END IF;
        END;
      END LOOP;
      RAISE SQLSTATE 'BS000';
    EXCEPTION WHEN SQLSTATE 'BS000' THEN
      NULL; -- undoes what was written; variables keep what was found
    END;
    RETURN QUERY SELECT f.place, f.state, f.broken, f.message
      FROM jsonb_to_recordset(found) AS f (place integer, state text, broken text, message text)
      ORDER BY f.place;
  END
  $$`;

export class RefusedInteractions1764300000000 implements MigrationInterface {
  readonly name = 'RefusedInteractions1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(refusedInteractions);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION refused_interactions(text[])');
  }
}
