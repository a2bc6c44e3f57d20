import type { Pool } from 'pg';

/**
 * Triggers that take down every write to the archive made by a process that is not the owner of the partition at that moment. The
 * process is known by the name of its connection (`broadsheet-ingest-0`), the owner by `archive_positions`: neither is what the writer
 * says of itself in the write.
 */
const install = `
  CREATE TABLE faults_stale_writes (what text, writer text, owner text, partition integer, at timestamptz DEFAULT clock_timestamp());
  CREATE FUNCTION faults_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE held text;
  BEGIN
    SELECT 'broadsheet-' || split_part(owner, '/', 1) INTO held FROM archive_positions
    WHERE topic = 'interactions.v1' AND partition = NEW.log_partition;
    IF held IS DISTINCT FROM current_setting('application_name') THEN
      INSERT INTO faults_stale_writes VALUES ('row', current_setting('application_name'), held, NEW.log_partition);
    END IF;
    RETURN NULL;
  END $$;
  CREATE FUNCTION faults_audit_position() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.next_offset <> OLD.next_offset AND 'broadsheet-' || split_part(NEW.owner, '/', 1) IS DISTINCT FROM current_setting('application_name') THEN
      INSERT INTO faults_stale_writes VALUES ('position', current_setting('application_name'), NEW.owner, NEW.partition);
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER faults_audit_row AFTER INSERT ON interactions FOR EACH ROW EXECUTE FUNCTION faults_audit_row();
  CREATE TRIGGER faults_audit_position AFTER UPDATE ON archive_positions FOR EACH ROW EXECUTE FUNCTION faults_audit_position();`;

const remove = `
  DROP TRIGGER faults_audit_row ON interactions;
  DROP TRIGGER faults_audit_position ON archive_positions;
  DROP FUNCTION faults_audit_row, faults_audit_position;
  DROP TABLE faults_stale_writes;`;

/** Watches who writes to the archive, from inside the database. */
export class OwnerAudit {
  private constructor(private readonly database: Pool) {}

  static async begin(database: Pool): Promise<OwnerAudit> {
    await database.query(install);
    return new OwnerAudit(database);
  }

  /** Writes by who was not the owner: `row of partition 3 by broadsheet-ingest-0, owner broadsheet-ingest-1`. */
  async staleWrites(): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ what: string; writer: string; owner: string; partition: number }>(
      'SELECT what, writer, owner, partition FROM faults_stale_writes ORDER BY at',
    );
    return rows.map(({ what, writer, owner, partition }) => `${what} of partition ${partition} by ${writer}, owner ${owner}`);
  }

  async end(): Promise<void> {
    await this.database.query(remove);
  }
}

/** Replicas that own partitions of the archive, with how many: `ingest-1` -> 18. */
export const owners = async (database: Pool): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await database.query<{ owner: string; count: string }>(
    `SELECT split_part(owner, '/', 1) AS owner, count(*)::text AS count FROM archive_positions GROUP BY 1`,
  );
  return new Map(rows.map(({ owner, count }) => [owner, Number(count)]));
};
