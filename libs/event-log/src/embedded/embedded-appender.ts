import { type Pool, type PoolClient, type QueryResult, escapeLiteral } from 'pg';
import type { Outgoing } from '../append/outgoing.js';
import { RECORDS_CHANNEL } from './notifications.js';
import type { Topic } from './topics.js';

interface LockedRow {
  readonly partition: number;
  readonly next_offset: string;
  readonly last_taken_at: string;
  readonly now: string;
}

const INSERT = `
  with moved as (
    update log_partitions p set next_offset = m.next_offset, last_taken_at = $4
    from unnest($2::int[], $3::bigint[]) m(partition, next_offset)
    where p.topic_id = $1 and p.partition = m.partition
  )
  insert into log_records (topic_id, partition, record_offset, key, value, headers, taken_at)
  select $1, r.partition, r.record_offset, r.key, r.value, r.headers, $4
  from unnest($5::int[], $6::bigint[], $7::text[], $8::text[], $9::text[]) r(partition, record_offset, key, value, headers)`;

/**
 * Writes one flush in one transaction of three round trips. The partitions are locked in ascending order, so two
 * processes can not wait for each other, and stay locked until commit, so that offsets become visible in order.
 */
export const appendTo = async (pool: Pool, topic: Topic, records: readonly Outgoing[]): Promise<readonly bigint[]> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const locked = await lockPartitions(client, topic.id, new Set(records.map(({ partition }) => partition)));
    const offsets = records.map(({ partition }) => {
      const offset = locked.next.get(partition)!;
      locked.next.set(partition, offset + 1n);
      return offset;
    });
    await client.query(INSERT, [
      topic.id,
      [...locked.next.keys()],
      [...locked.next.values()].map(String),
      String(locked.takenAt),
      records.map(({ partition }) => partition),
      offsets.map(String),
      records.map(({ key }) => key),
      records.map(({ value }) => value),
      records.map(({ headers }) => JSON.stringify(headers)),
    ]);
    await client.query(`select pg_notify('${RECORDS_CHANNEL}', ${escapeLiteral(topic.name)}); commit`);
    return offsets;
  } catch (error) {
    await client.query('rollback').catch((cause: unknown) => (broken = cause instanceof Error ? cause : new Error(String(cause))));
    throw error;
  } finally {
    client.release(broken);
  }
};

/** Locks the partitions until commit. `takenAt` never goes back within a partition, whatever the clock does: reading by time relies on it. */
const lockPartitions = async (
  client: PoolClient,
  topicId: number,
  partitions: ReadonlySet<number>,
): Promise<{ next: Map<number, bigint>; takenAt: number }> => {
  // Integers of our own: inlined, because statements with parameters can not travel together.
  const answers = (await client.query(
    `begin; select partition, next_offset, last_taken_at, (extract(epoch from clock_timestamp()) * 1000)::bigint as now
     from log_partitions where topic_id = ${topicId} and partition in (${[...partitions].join(',')}) order by partition for update`,
  )) as unknown as readonly QueryResult<LockedRow>[];
  const rows = answers[1]!.rows;
  if (rows.length !== partitions.size) throw new Error(`topic ${topicId} lacks a partition`);
  return {
    next: new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)])),
    takenAt: Math.max(...rows.map((row) => Math.max(Number(row.now), Number(row.last_taken_at)))),
  };
};
