import { z } from 'zod';
import { eventIdSchema, positionKey, type FeedServedData } from '#contracts';
import type { StoredRecord } from '#event-log';

/** A record of `feed.served.v1` that a replay passes over, and why. */
export const notRankedSchema = z.object({
  /** `topic/partition/offset` */
  at: z.string(),
  /** Null where the record can not be read. */
  requestId: eventIdSchema.nullable(),
  cause: z.enum(['unreadable', 'not-askable']),
  /** Field and rule. */
  says: z.string().max(500),
});
export type NotRanked = z.output<typeof notRankedSchema>;

/** What each cause means, in words. */
export const notRankedMeans: Readonly<Record<NotRanked['cause'], string>> = {
  unreadable: 'breaks the schema of feed.served.v1',
  'not-askable': 'the query that it logged breaks the schema of requests, so it can not be asked again',
};

/** Examples kept of each cause: enough to find who writes them. */
const EXAMPLES = 5;
const SAYS_CHARS = 500;

/** The first few records that are passed over, of each cause. */
export class NotRankedExamples {
  readonly #examples: NotRanked[] = [];

  add(
    { topic, partition, offset }: StoredRecord,
    cause: NotRanked['cause'],
    requestId: FeedServedData['requestId'] | null,
    says: string,
  ): void {
    if (this.#examples.filter((each) => each.cause === cause).length >= EXAMPLES) return;
    this.#examples.push({ at: `${positionKey(topic, partition)}/${offset}`, requestId, cause, says: says.slice(0, SAYS_CHARS) });
  }

  get all(): readonly NotRanked[] {
    return this.#examples;
  }
}
