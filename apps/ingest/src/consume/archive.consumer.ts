import { Failure, positionKey, type Positions, topics } from '#contracts';
import { followedOnceBegun, type Batch, type EventLog, type Subscription } from '#event-log';
import type { TopicPartition } from '#persistence';
import { attributeNames as names, inSpan, noTracing, processSpan, type Span, type Tracing } from '#telemetry';
import type { Clock } from '../clock.js';
import type { IngestMetrics } from '../ingest.metrics.js';
import type { ArchiveBatch } from './archive-batch.js';
import type { PartitionClaims } from './partition-claims.js';

/** Name of the archive in the log's lag tools; all ingest processes share it and divide the partitions. */
export const ARCHIVE_GROUP = 'broadsheet-archive';

/** Carries `papers.v1` and `interactions.v1` into PostgreSQL, from the position that PostgreSQL itself holds. */
export class ArchiveConsumer {
  private subscription: Subscription | null = null;
  /** What it has not handled yet. */
  readonly followed = followedOnceBegun(() => this.subscription);
  private isReady = false;

  constructor(
    private readonly log: EventLog,
    private readonly claims: PartitionClaims,
    private readonly batches: ArchiveBatch,
    private readonly metrics: IngestMetrics,
    private readonly clock: Clock,
    private readonly tracing: Tracing = noTracing,
  ) {}

  get ready(): boolean {
    return this.isReady;
  }

  async start(): Promise<void> {
    const subscription = await this.log.subscribe({
      topics: [topics.papers.name, topics.interactions.name],
      mode: 'shared',
      group: ARCHIVE_GROUP,
      start: (partitions) => this.claim(partitions),
      handle: (batch) => inSpan(this.tracing, this.spanOf(batch), () => this.handle(batch)),
      onRevoked: async (partitions) => this.claims.release(partitions),
    });
    this.subscription = subscription;
    try {
      await subscription.ready;
    } catch (error) {
      await subscription.stop(); // start() may be called again, and must not leave a second member in the group
      throw error;
    }
    this.isReady = true;
  }

  async stop(): Promise<void> {
    this.isReady = false;
    await this.subscription?.stop();
  }

  private async claim(partitions: readonly TopicPartition[]): Promise<Positions> {
    const claims = await this.claims.take(partitions);
    // A partition that was never archived begins at the earliest record, which need not be offset 0.
    return Object.fromEntries(
      claims.filter(({ next }) => next > 0n).map(({ topic, partition, next }) => [positionKey(topic, partition), next.toString()]),
    );
  }

  /** One span a batch, since it is one write, with a link to each record of it that was traced. */
  private spanOf({ topic, partition, records }: Batch): Span | null {
    if (!this.tracing.on) return null;
    const written = records.flatMap(({ headers }) => headers['traceparent'] ?? []);
    if (written.length === 0) return null;
    const counts = { [names.messagingBatch]: records.length, [names.messagingGroup]: ARCHIVE_GROUP };
    const [name, start] = processSpan(topic, partition, counts);
    return this.tracing.join(name, written, start);
  }

  private async handle(batch: Batch): Promise<void> {
    const began = this.clock.monotonic();
    try {
      await this.batches.handle(batch);
      this.metrics.lastProcessed.set({ topic: batch.topic }, this.clock.now() / 1000);
    } catch (error) {
      this.metrics.batchRetries.inc({ topic: batch.topic, code: error instanceof Failure ? error.code : 'ARCHIVE_UNAVAILABLE' });
      throw error;
    } finally {
      this.metrics.batchSeconds.observe({ topic: batch.topic }, (this.clock.monotonic() - began) / 1000);
    }
  }
}
