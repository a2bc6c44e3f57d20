import { type EpochMs } from '#contracts';
import type { DataSource } from 'typeorm';

const DAY_MS = 86_400_000;

/**
 * How long event ids are kept at least, by `recordedtime`: 7 days in which an event counts, 30 days in which its dead letter can be redriven, and
 * a margin. Repetitions that come later than that are found among the interactions themselves (see `SURELY_KNOWN_MS`).
 */
export const ID_HORIZON_MS = 45 * DAY_MS;

/**
 * Up to this age (recorded minus happened) the id of an event's first record is surely still kept, also when the archive is two weeks behind.
 * Older events are looked up among the interactions, which are kept for good.
 */
export const SURELY_KNOWN_MS = 30 * DAY_MS;

/** Blocks of the table (8 KiB each) that one statement reads: some 16 MB, a fraction of a second. */
const BLOCKS = 2_048;

/** The ids by which the archive knows an event again. */
export class InteractionIds {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Removes ids that were recorded before `time`, a stretch of the table at a time, and yields how many each stretch held. It reads the table in
   * the order it lies on disk, so it needs no index that every insert would have to pay for; between two stretches nothing is locked.
   */
  async *forgetBefore(time: EpochMs, blocks = BLOCKS): AsyncIterable<number> {
    const [size] = await this.dataSource.query<{ blocks: number }[]>(
      `SELECT ceil(pg_relation_size('interaction_ids')::numeric / current_setting('block_size')::numeric)::integer AS blocks`,
    );
    for (let block = 0; block < (size?.blocks ?? 0); block += blocks) {
      const [, removed] = await this.dataSource.query<[unknown, number]>(
        `DELETE FROM interaction_ids WHERE ctid >= $1::tid AND ctid < $2::tid AND recordedtime < $3`,
        [`(${block},0)`, `(${block + blocks},0)`, new Date(time).toISOString()],
      );
      yield removed;
    }
  }
}
