import { type Action, feedServedSchema, parseJsonWith, type Positions, topics } from '#contracts';
import { followedOnceBegun, type Batch, type EventLog, type StoredRecord, type Subscription } from '#event-log';
import type { Clock } from '../clock.js';
import { parseRecord } from '../consume/parse-record.js';
import type { QualityMetrics } from './quality.metrics.js';
import { SlateMemory } from './slate-memory.js';

/** Shared by all ingest processes: both topics are keyed by reader and have as many partitions, so one process sees both sides of a reader. */
export const QUALITY_GROUP = 'broadsheet-quality';

const counted: ReadonlySet<Action> = new Set<Action>(['impression', 'open', 'upvote', 'save', 'hide']);

/**
 * Joins what was served with what readers did, as metrics while it happens. It begins at the end of the log and keeps no position: a
 * number that must be exact comes from replay, which reads the log itself.
 */
export class QualityConsumer {
  private readonly slates = new SlateMemory();
  private subscription: Subscription | null = null;
  /** What it has not handled yet. */
  readonly followed = followedOnceBegun(() => this.subscription);

  constructor(
    private readonly log: EventLog,
    private readonly metrics: QualityMetrics,
    private readonly clock: Clock,
  ) {}

  async start(): Promise<void> {
    this.subscription = await this.log.subscribe({
      topics: [topics.feedServed.name, topics.interactions.name],
      mode: 'shared',
      group: QUALITY_GROUP,
      start: () => this.ends(),
      handle: (batch) => this.handle(batch),
    });
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  private async ends(): Promise<Positions> {
    const bounds = await Promise.all([topics.feedServed.name, topics.interactions.name].map((topic) => this.log.bounds(topic)));
    return Object.assign({}, ...bounds.map(({ end }) => end)) as Positions;
  }

  private handle({ topic, records }: Batch): Promise<void> {
    for (const record of records) {
      if (topic === topics.feedServed.name) this.served(record);
      else this.acted(record);
    }
    return Promise.resolve();
  }

  private served({ value }: StoredRecord): void {
    const parsed = value === null ? null : parseJsonWith(feedServedSchema, value.toString('utf8'));
    if (parsed?.ok) this.slates.remember(parsed.value.data, this.clock.now());
  }

  /** What can not be read is the archive's business, which parks it. */
  private acted(record: StoredRecord): void {
    const parsed = parseRecord(record);
    if (!parsed.ok || parsed.item.kind !== 'interaction') return;
    const { action, target, requestId, on } = parsed.item.row.event.data;
    if (requestId === undefined || target.kind !== 'paper' || on === false || !counted.has(action)) return;
    const slot = this.slates.find(requestId, target.id, this.clock.now());
    if (slot === undefined) this.metrics.unmatched.inc();
    else this.metrics.count(action, slot, this.clock.now());
  }
}
