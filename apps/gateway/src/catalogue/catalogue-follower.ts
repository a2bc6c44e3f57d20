import { type EpochMs, paperIdSchema, paperUpsertedSchema, parseJsonWith, type Positions, positionKey, topics } from '#contracts';
import { lagSeconds, untilHeard, type Batch, type EventLog, type StoredRecord, type Subscription } from '#event-log';
import type { Catalogue } from './catalogue.js';

/** What the follower tells the world; counting and logging are the caller's business. */
export interface FollowerEvents {
  folded(records: number): void;
  /** A record that is no paper. It is left out here; whoever owns dead letters (ingest, ranker) parks it. */
  unreadable(position: string, rule: string): void;
}

/** Keeps the catalogue equal to `papers.v1`, from its beginning. The log is compacted, so that is one record a paper. */
export class CatalogueFollower {
  private readonly next = new Map<string, bigint>();
  private target: Positions = {};
  private subscription: Subscription | undefined;
  private startedAt: EpochMs = 0;

  constructor(
    private readonly log: EventLog,
    private readonly catalogue: Catalogue,
    private readonly events: FollowerEvents,
    private readonly replica: string,
  ) {}

  async start(): Promise<void> {
    this.startedAt = Date.now();
    const { earliest, end } = await this.log.bounds(topics.papers.name);
    // Partitions that hold nothing are done before they begin.
    this.target = Object.fromEntries(
      Object.entries(end).filter(([partition, offset]) => BigInt(offset) > BigInt(earliest[partition] ?? '0')),
    );
    this.subscription = await this.log.subscribe({
      topics: [topics.papers.name],
      mode: 'all',
      group: `broadsheet-gateway-${this.replica}`,
      start: async () => ({}),
      handle: async (batch) => this.handle(batch),
    });
  }

  /** True once everything that stood in the log at the start has been folded, and for good. */
  caughtUp(): boolean {
    if (this.subscription === undefined) return false;
    const lag = this.subscription.lag();
    return Object.entries(this.target).every(
      ([partition, end]) => (this.next.get(partition) ?? -1n) >= BigInt(end) || lag.get(partition) === 0n,
    );
  }

  /** Records not yet folded, over all partitions, as of the last fetch. */
  lag(): number {
    return [...(this.subscription?.lag().values() ?? [])].reduce((sum, records) => sum + Number(records), 0);
  }

  /** Age of the oldest record that is not folded, or how long the log has been silent if that is longer; 0 when none waits. */
  lagSeconds(now: EpochMs): number {
    return this.subscription === undefined ? 0 : Math.max(0, ...lagSeconds(this.subscription, now).values());
  }

  /** Waits for what has to be heard before the lag is true. */
  settled(): Promise<void> {
    return untilHeard(this.subscription === undefined ? [] : [this.subscription]);
  }

  /** Milliseconds since the follower began. */
  get age(): number {
    return Date.now() - this.startedAt;
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  private handle({ topic, partition, records }: Batch): void {
    for (const record of records) this.fold(record);
    const last = records.at(-1);
    if (last !== undefined) this.next.set(positionKey(topic, partition), last.offset + 1n);
    this.events.folded(records.length);
  }

  private fold({ topic, partition, offset, key, value }: StoredRecord): void {
    const at = `${topic}/${partition}@${offset}`;
    const id = paperIdSchema.safeParse(key);
    if (!id.success) return this.events.unreadable(at, 'the key must be a paper id');
    if (value === null) return void this.catalogue.fold(id.data, null, offset);
    const parsed = parseJsonWith(paperUpsertedSchema, value.toString('utf8'));
    if (!parsed.ok)
      return this.events.unreadable(
        at,
        parsed.problems
          .map(({ field, rule }) => `${field} ${rule}`)
          .join('; ')
          .slice(0, 300),
      );
    if (parsed.value.data.id !== id.data) return this.events.unreadable(at, 'the key must be the id of the paper');
    this.catalogue.fold(id.data, parsed.value.data, offset);
  }
}
