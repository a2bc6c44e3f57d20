import type { Pool, PoolClient } from 'pg';
import type { TopicSpec } from '#contracts';
import { TopicMismatchFailure } from '../failures.js';

const DAY_MS = 86_400_000;
/** A key of our own among advisory locks, so that processes that start together make the tables one after another. */
const SCHEMA_LOCK = 0x62726f61;

/**
 * `log_partitions.next_offset` is the only source of offsets: its row lock is held until commit, so records become visible
 * in offset order. (A sequence would not do: numbers are taken before commit, and a reader that remembers the highest it
 * saw would miss a lower one that commits later.)
 */
const TABLES = `
  create table if not exists log_topics (
    topic_id int generated always as identity primary key,
    name text not null unique,
    partitions int not null,
    cleanup text not null,
    retention_ms bigint
  );
  create table if not exists log_partitions (
    topic_id int not null references log_topics,
    partition int not null,
    first_offset bigint not null default 0,
    next_offset bigint not null default 0,
    last_taken_at bigint not null default 0,
    compacted_to bigint not null default 0,
    primary key (topic_id, partition)
  ) with (fillfactor = 50);
  create table if not exists log_records (
    topic_id int not null,
    partition int not null,
    record_offset bigint not null,
    key text,
    value text,
    headers text not null,
    taken_at bigint not null,
    primary key (topic_id, partition, record_offset)
  );
  create table if not exists log_positions (
    group_name text not null,
    topic text not null,
    partition int not null,
    next_offset bigint not null,
    updated_at timestamptz not null default now(),
    primary key (group_name, topic, partition)
  );
  create table if not exists log_members (
    group_name text not null,
    member_id text not null,
    backend_pid int not null,
    backend_start timestamptz not null,
    primary key (group_name, member_id)
  );`;

/** Creates the tables and the missing topics. @throws {TopicMismatchFailure} */
export const ensureTopics = async (pool: Pool, specs: readonly TopicSpec[]): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(${SCHEMA_LOCK})`);
    await client.query('set local client_min_messages = warning'); // "already exists, skipping" is no news
    await client.query(TABLES);
    for (const spec of specs) await ensureTopic(client, spec);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
};

const ensureTopic = async (client: PoolClient, { name, partitions, cleanup, retentionDays }: TopicSpec): Promise<void> => {
  const retention = cleanup === 'delete' && retentionDays !== undefined ? retentionDays * DAY_MS : null;
  await client.query(
    'insert into log_topics (name, partitions, cleanup, retention_ms) values ($1, $2, $3, $4) on conflict (name) do nothing',
    [name, partitions, cleanup, retention],
  );
  const { rows } = await client.query<{ topic_id: number; partitions: number }>(
    'select topic_id, partitions from log_topics where name = $1',
    [name],
  );
  const found = rows[0]!;
  if (found.partitions !== partitions) {
    throw new TopicMismatchFailure(`topic ${name} has ${found.partitions} partitions, ${partitions} are specified`, {
      topic: name,
      found: found.partitions,
      specified: partitions,
    });
  }
  await client.query(
    'insert into log_partitions (topic_id, partition) select $1, p from generate_series(0, $2 - 1) p on conflict do nothing',
    [found.topic_id, partitions],
  );
};
