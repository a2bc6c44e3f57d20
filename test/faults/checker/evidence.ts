import { positionKey, topics, type DeadLetter } from '#contracts';
import type { Fleet } from '../fleet/fleet.js';
import type { Applied, PositionSample } from './history.js';

/** What the checker reads of a fleet: from the database and the log themselves, never from what the services say of them. */

/** Rows of the archive that came from this client, one for each row: a doubled event has two. */
export const archivedBy = async ({ database }: Fleet, client: string): Promise<readonly Applied[]> => {
  const { rows } = await database.query<{ id: string; partition: number; next: string }>(
    `SELECT event_id AS id, log_partition AS partition, log_offset::text AS next FROM interactions WHERE client = $1`,
    [client],
  );
  return rows.map(({ id, partition, next }) => ({ id, partition, offset: BigInt(next) }));
};

/** Next offset that the archive will write, by `topic/partition`. */
export const archivePositions = async ({ database }: Fleet): Promise<PositionSample> => {
  const { rows } = await database.query<{ topic: string; partition: number; next: string }>(
    'SELECT topic, partition, next_offset::text AS next FROM archive_positions',
  );
  return Object.fromEntries(rows.map(({ topic, partition, next }) => [positionKey(topic, partition), BigInt(next)]));
};

/** Next offset that the log will write to `papers.v1` and `interactions.v1`. */
export const logEnds = async ({ log }: Fleet): Promise<PositionSample> => {
  const bounds = await Promise.all([topics.papers, topics.interactions].map(({ name }) => log.bounds(name)));
  return Object.fromEntries(bounds.flatMap(({ end }) => Object.entries(end).map(([key, next]) => [key, BigInt(next)])));
};

/** All letters in `dead-letters.v1`. */
export const letters = async ({ log }: Fleet): Promise<readonly DeadLetter[]> => {
  const found: DeadLetter[] = [];
  for (let partition = 0; partition < topics.deadLetters.partitions; partition += 1)
    for await (const { value } of log.read({ topic: topics.deadLetters.name, partition }))
      if (value !== null) found.push(JSON.parse(value.toString()) as DeadLetter);
  return found;
};
