import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { type EpochMs, type Positions, type TopicSpec, positionKey } from '#contracts';
import { AppendBuffer, type AppendLimits } from '../append/append-buffer.js';
import { toOutgoing } from '../append/outgoing.js';
import type { BackoffPolicy } from '../backoff.js';
import {
  type AppendOptions,
  EventLog,
  type NewRecord,
  type Position,
  type ReadRange,
  type StoredRecord,
  type SubscribeOptions,
  type Subscription,
} from '../event-log.js';
import { rangeWithin } from '../read/range.js';
import type { EventLogLogger, EventLogObserver } from '../observer.js';
import { everyPartition } from './assigners.js';
import { KafkaAdmin, type TopicDefaults } from './kafka-admin.js';
import { type KafkaClientSettings, createKafka } from './kafka-client.js';
import { KafkaFetcher } from './kafka-fetcher.js';
import { KafkaProducer } from './kafka-producer.js';
import { KafkaRangeReader } from './kafka-range-reader.js';
import { KafkaSubscription } from './kafka-subscription.js';

export interface KafkaEventLogSettings extends KafkaClientSettings {
  readonly topics: TopicDefaults;
  readonly append: AppendLimits;
  readonly backoff: BackoffPolicy;
  readonly sessionTimeoutMs: number;
  /** How long the broker holds a fetch that finds nothing. */
  readonly maxWaitMs: number;
  readonly commitEveryMs: number;
}

/** The event log on Apache Kafka, by kafkajs. */
export class KafkaEventLog extends EventLog {
  readonly #kafka: Kafka;
  readonly #admin: KafkaAdmin;
  readonly #producer: KafkaProducer;
  readonly #ranges: KafkaRangeReader;
  readonly #buffers = new Map<string, AppendBuffer>();
  readonly #subscriptions = new Set<Subscription>();
  #closed: Promise<void> | null = null;

  constructor(
    private readonly settings: KafkaEventLogSettings,
    private readonly logger: EventLogLogger,
    private readonly observer: EventLogObserver,
  ) {
    super();
    this.#kafka = createKafka(settings, logger);
    this.#admin = new KafkaAdmin(this.#kafka, settings.topics);
    this.#producer = new KafkaProducer(this.#kafka, logger);
    this.#ranges = new KafkaRangeReader(this.#kafka);
  }

  override ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    return this.#admin.ensureTopics(specs);
  }

  override async append(topic: string, records: readonly NewRecord[], options: AppendOptions = {}): Promise<readonly Position[]> {
    const partitions = await this.#admin.partitions(topic);
    return this.#buffer(topic).append(toOutgoing(topic, partitions, records), options);
  }

  override async subscribe(options: SubscribeOptions): Promise<Subscription> {
    for (const topic of options.topics) await this.#admin.partitions(topic);
    const groupId = options.mode === 'all' ? await this.#ownGroup(options.group) : options.group;
    const { sessionTimeoutMs, maxWaitMs, backoff, commitEveryMs } = this.settings;
    const subscription = new KafkaSubscription(
      (reactions) =>
        new KafkaFetcher(
          this.#kafka,
          this.#admin,
          {
            groupId,
            topics: options.topics,
            ...(options.mode === 'all' ? { assigner: everyPartition } : {}),
            sessionTimeoutMs,
            maxWaitMs,
            ...reactions,
          },
          this.logger,
        ),
      this.#admin,
      options,
      { maxBatch: options.maxBatch ?? 500, backoff, commitEveryMs },
      this.logger,
      this.observer,
    );
    this.#subscriptions.add(subscription);
    return subscription;
  }

  override async *read(range: ReadRange): AsyncGenerator<StoredRecord> {
    const { topic, partition } = range;
    const { from, to } = rangeWithin(
      range,
      (await this.#admin.bounds(topic)).find((bounds) => bounds.partition === partition),
    );
    for await (const records of this.#ranges.read({ topic, partition }, from, to)) yield* records;
  }

  override offsetsAt(topic: string, time: EpochMs): Promise<Positions> {
    return this.#admin.offsetsAt(topic, time);
  }

  override async bounds(topic: string): Promise<{ readonly earliest: Positions; readonly end: Positions }> {
    const bounds = await this.#admin.bounds(topic);
    return {
      earliest: Object.fromEntries(bounds.map(({ partition, earliest }) => [positionKey(topic, partition), String(earliest)])),
      end: Object.fromEntries(bounds.map(({ partition, end }) => [positionKey(topic, partition), String(end)])),
    };
  }

  override ping(): Promise<void> {
    return this.#admin.ping();
  }

  override close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    await Promise.all([...this.#buffers.values()].map((buffer) => buffer.close()));
    await this.#producer.close();
    await this.#ranges.close();
    await this.#admin.close();
  }

  #buffer(topic: string): AppendBuffer {
    let buffer = this.#buffers.get(topic);
    if (buffer === undefined) {
      buffer = new AppendBuffer(topic, (records) => this.#producer.send(topic, records), this.settings.append, this.observer);
      this.#buffers.set(topic, buffer);
    }
    return buffer;
  }

  /**
   * A replica that was killed is still a member of its group until its session ends, and joining again would wait for
   * that. Nothing depends on the name (positions are ours), so it takes another one and reads at once.
   */
  async #ownGroup(group: string): Promise<string> {
    return (await this.#admin.hasMembers(group)) ? `${group}.${randomUUID().slice(0, 8)}` : group;
  }
}
