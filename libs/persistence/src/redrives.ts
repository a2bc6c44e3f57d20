import type { EpochMs } from '#contracts';
import type { DataSource } from 'typeorm';

/** A record as one consumer parked it. */
export interface ParkedRecord {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Where the record stands since it was appended again. */
export interface RedrivenTo {
  readonly partition: number;
  readonly offset: bigint;
}

export interface RedriveState {
  readonly begunAt: Date;
  /** Null: a redrive began and it is not known whether it appended. */
  readonly doneAt: Date | null;
  readonly to: RedrivenTo | null;
}

interface KeyRow {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly log_offset: string;
}

interface StateRow extends KeyRow {
  readonly begun_at: Date;
  readonly done_at: Date | null;
  readonly new_partition: number | null;
  readonly new_offset: string | null;
}

const keysOf = (records: readonly ParkedRecord[]): readonly unknown[][] => [
  records.map(({ consumer }) => consumer),
  records.map(({ topic }) => topic),
  records.map(({ partition }) => partition),
  records.map(({ offset }) => offset.toString()),
];

const keyColumns = 'consumer, topic, partition, log_offset';
const keyArrays = 'unnest($1::text[], $2::text[], $3::integer[], $4::bigint[])';

const recordOf = (row: KeyRow): ParkedRecord => ({
  consumer: row.consumer,
  topic: row.topic,
  partition: row.partition,
  offset: BigInt(row.log_offset),
});

/**
 * What was redriven. A record is begun before it is appended and done after that. One that was begun and not done may or may not be in the
 * log again: it is appended once more, and consumers drop the second by its event id.
 */
export class Redrives {
  constructor(private readonly dataSource: DataSource) {}

  /** Takes these records for `run` and answers which of them are to be appended: those that are not done, by whomever. */
  async begin(run: string, records: readonly ParkedRecord[]): Promise<readonly ParkedRecord[]> {
    const rows: KeyRow[] = await this.dataSource.query(
      `INSERT INTO dead_letter_redrives AS r (${keyColumns}, run)
       SELECT ${keyColumns}, $5 FROM ${keyArrays} AS parked (${keyColumns}) ORDER BY ${keyColumns}
       ON CONFLICT (${keyColumns}) DO UPDATE SET run = excluded.run, begun_at = now() WHERE r.done_at IS NULL
       RETURNING ${keyColumns}`,
      [...keysOf(records), run],
    );
    return rows.map(recordOf);
  }

  /** Marks them as done, those that `run` still holds and nobody has marked; answers how many. */
  async finish(run: string, records: readonly (ParkedRecord & { readonly to: RedrivenTo })[]): Promise<number> {
    const [, done] = await this.dataSource.query<[unknown, number]>(
      `UPDATE dead_letter_redrives AS r SET done_at = now(), new_partition = parked.new_partition, new_offset = parked.new_offset
       FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $6::integer[], $7::bigint[])
            AS parked (${keyColumns}, new_partition, new_offset)
       WHERE (r.consumer, r.topic, r.partition, r.log_offset) = (parked.consumer, parked.topic, parked.partition, parked.log_offset)
         AND r.run = $5 AND r.done_at IS NULL`,
      [...keysOf(records), run, records.map(({ to }) => to.partition), records.map(({ to }) => to.offset.toString())],
    );
    return done;
  }

  /** How far each of these came, in their order; null for one that was never begun. */
  async statesOf(records: readonly ParkedRecord[]): Promise<readonly (RedriveState | null)[]> {
    const rows: StateRow[] = await this.dataSource.query(
      `SELECT r.* FROM dead_letter_redrives AS r JOIN ${keyArrays} AS parked (${keyColumns}) USING (${keyColumns})`,
      [...keysOf(records)],
    );
    const states = new Map(rows.map((row) => [keyOf(recordOf(row)), stateOf(row)]));
    return records.map((record) => states.get(keyOf(record)) ?? null);
  }

  /** Forgets what was begun before `time`; answers how many. Letters that old are gone from the log. */
  async forgetBefore(time: EpochMs): Promise<number> {
    const [, removed] = await this.dataSource.query<[unknown, number]>('DELETE FROM dead_letter_redrives WHERE begun_at < $1', [
      new Date(time).toISOString(),
    ]);
    return removed;
  }
}

const keyOf = ({ consumer, topic, partition, offset }: ParkedRecord): string => `${consumer} ${topic}/${partition}/${offset}`;

const stateOf = ({ begun_at, done_at, new_partition, new_offset }: StateRow): RedriveState => ({
  begunAt: begun_at,
  doneAt: done_at,
  to: new_partition === null || new_offset === null ? null : { partition: new_partition, offset: BigInt(new_offset) },
});
