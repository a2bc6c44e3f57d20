import { DatabaseError, type Pool } from 'pg';
import { type EpochMs, type Positions, positionKey } from '#contracts';
import { UnknownTopicFailure } from '../failures.js';

export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
}

const UNDEFINED_TABLE = '42P01';

/** What is known of topics and where they begin and end. Topics never change, so each is asked for once. */
export class Topics {
  readonly #known = new Map<string, Promise<Topic>>();

  constructor(private readonly pool: Pool) {}

  /** @throws {UnknownTopicFailure} */
  get(name: string): Promise<Topic> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const asked = this.#ask(name);
    this.#known.set(name, asked);
    asked.catch(() => this.#known.delete(name));
    return asked;
  }

  async bounds(name: string): Promise<readonly { readonly partition: number; readonly earliest: bigint; readonly end: bigint }[]> {
    const { id } = await this.get(name);
    const { rows } = await this.pool.query<{ partition: number; first_offset: string; next_offset: string }>(
      'select partition, first_offset, next_offset from log_partitions where topic_id = $1 order by partition',
      [id],
    );
    return rows.map((row) => ({ partition: row.partition, earliest: BigInt(row.first_offset), end: BigInt(row.next_offset) }));
  }

  /** Times never go back within a partition, so a binary search over the primary key finds them: no index on time is paid for at every append. */
  async offsetsAt(name: string, time: EpochMs): Promise<Positions> {
    const { id } = await this.get(name);
    const searches = (await this.bounds(name)).map(({ partition, earliest, end }) => ({ partition, low: earliest, high: end, found: end }));
    for (;;) {
      const open = searches.filter(({ low, high }) => low < high);
      if (open.length === 0) break;
      const middles = open.map(({ low, high }) => (low + high) / 2n);
      const { rows } = await this.pool.query<{ record_offset: string | null; taken_at: string | null }>(
        `select r.record_offset, r.taken_at
         from unnest($2::int[], $3::bigint[], $4::bigint[]) with ordinality s(partition, low, high, at)
         left join lateral (
           select record_offset, taken_at from log_records
           where topic_id = $1 and partition = s.partition and record_offset >= s.low and record_offset < s.high
           order by record_offset limit 1
         ) r on true
         order by s.at`,
        [id, open.map(({ partition }) => partition), middles.map(String), open.map(({ high }) => String(high))],
      );
      open.forEach((search, index) => {
        const { record_offset: offset, taken_at: takenAt } = rows[index]!;
        if (offset !== null && Number(takenAt) < time) search.low = BigInt(offset) + 1n;
        else {
          if (offset !== null) search.found = BigInt(offset);
          search.high = middles[index]!;
        }
      });
    }
    return Object.fromEntries(searches.map(({ partition, found }) => [positionKey(name, partition), String(found)]));
  }

  async #ask(name: string): Promise<Topic> {
    try {
      const { rows } = await this.pool.query<{ topic_id: number; partitions: number }>(
        'select topic_id, partitions from log_topics where name = $1',
        [name],
      );
      const row = rows[0];
      if (row !== undefined) return { id: row.topic_id, name, partitions: row.partitions };
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === UNDEFINED_TABLE)) throw error;
    }
    throw new UnknownTopicFailure(`topic ${name} does not exist`, { topic: name });
  }
}
