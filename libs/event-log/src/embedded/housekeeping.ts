import type { Pool } from 'pg';
import type { EpochMs } from '#contracts';
import type { EventLogLogger } from '../observer.js';
import type { Topics } from './topics.js';

const DAY_MS = 86_400_000;
const HOUSEKEEPING_LOCK = 0x62726f62;
/** As long as Kafka keeps them for us: a reader that was away for a week still learns what was withdrawn. */
const TOMBSTONE_MS = 7 * DAY_MS;
/** Rows a statement, so that no lock or transaction is held for long. */
const DELETE_ROWS = 20_000;

interface Place {
  readonly topic_id: number;
  readonly name: string;
  readonly cleanup: string;
  readonly retention_ms: string | null;
  readonly partition: number;
  readonly next_offset: string;
  readonly compacted_to: string;
}

/**
 * Removes what compaction and retention allow to be removed. Offsets stay as they are: readers meet gaps. One process at
 * a time does it.
 *
 * @param now the log's clock: records are compared with the times that the database gave them
 * @param always also compact partitions to which little was appended since the last time
 */
export const keepHouse = async (
  pool: Pool,
  topics: Topics,
  logger: EventLogLogger,
  { now, always = false }: { readonly now: EpochMs; readonly always?: boolean },
): Promise<void> => {
  const client = await pool.connect();
  try {
    const { rows: lock } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${HOUSEKEEPING_LOCK}) as got`);
    if (lock[0]?.got !== true) return;
    try {
      const { rows } = await client.query<Place>(
        'select topic_id, name, cleanup, retention_ms, partition, next_offset, compacted_to from log_topics join log_partitions using (topic_id) order by topic_id, partition',
      );
      for (const place of rows) {
        const removed = place.cleanup === 'compact' ? await compact(pool, place, now, always) : await retain(pool, topics, place, now);
        if (removed > 0) logger.info({ topic: place.name, partition: place.partition, removed }, 'old records were removed');
      }
    } finally {
      await client.query(`select pg_advisory_unlock(${HOUSEKEEPING_LOCK})`);
    }
  } finally {
    client.release();
  }
};

/** Keeps the newest record of each key; a tombstone stays for a week. Looks again when a fifth of the partition is new. */
const compact = async (
  pool: Pool,
  { topic_id, partition, next_offset, compacted_to }: Place,
  now: EpochMs,
  always: boolean,
): Promise<number> => {
  const fresh = Number(next_offset) - Number(compacted_to);
  if (!always && fresh < Math.max(1000, Number(next_offset) / 5)) return 0;
  // Only below the end as read before: what is appended meanwhile waits for the next time.
  const { rowCount } = await pool.query(
    `delete from log_records r
     using (select key, max(record_offset) as newest from log_records where topic_id = $1 and partition = $2 and record_offset < $3 group by key) k
     where r.topic_id = $1 and r.partition = $2 and r.key = k.key
       and (r.record_offset < k.newest or (r.record_offset = k.newest and r.value is null and r.taken_at < $4))`,
    [topic_id, partition, next_offset, String(now - TOMBSTONE_MS)],
  );
  await pool.query('update log_partitions set compacted_to = $3 where topic_id = $1 and partition = $2', [
    topic_id,
    partition,
    next_offset,
  ]);
  return rowCount ?? 0;
};

const retain = async (pool: Pool, topics: Topics, { topic_id, name, partition, retention_ms }: Place, now: EpochMs): Promise<number> => {
  if (retention_ms === null) return 0;
  const first = (await topics.offsetsAt(name, now - Number(retention_ms)))[`${name}/${partition}`]!;
  // Announced before anything goes, so that a reader never takes a hole for the log.
  await pool.query('update log_partitions set first_offset = $3 where topic_id = $1 and partition = $2 and first_offset < $3', [
    topic_id,
    partition,
    first,
  ]);
  let removed = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from log_records where topic_id = $1 and partition = $2 and record_offset in
       (select record_offset from log_records where topic_id = $1 and partition = $2 and record_offset < $3 order by record_offset limit ${DELETE_ROWS})`,
      [topic_id, partition, first],
    );
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < DELETE_ROWS) return removed;
  }
};
