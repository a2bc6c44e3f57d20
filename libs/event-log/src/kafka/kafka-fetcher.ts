import type { Admin, Consumer, EachBatchPayload, Kafka, PartitionAssigner } from 'kafkajs';
import type { EpochMs } from '#contracts';
import { backoffMs, pause } from '../backoff.js';
import type { StoredRecord } from '../event-log.js';
import type { EventLogLogger } from '../observer.js';
import type { KafkaAdmin } from './kafka-admin.js';
import { isPassing } from './kafka-client.js';
import { toStored } from './stored-message.js';
import { type TopicPartition, partitionKey, topicPartitionOf } from '../subscribe/topic-partition.js';

export interface FetcherOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Omitted: kafkajs's round robin over the live members. */
  readonly assigner?: PartitionAssigner;
  readonly sessionTimeoutMs: number;
  /** How long the broker holds a fetch that finds nothing. A record that comes ends it at once. */
  readonly maxWaitMs: number;
  /**
   * After each join of the group, before any fetch: the partitions that are ours now. Partitions not positioned yet are not fetched until `begin`.
   * `anew`: we had been out of the group, and nothing is positioned. Synchronous.
   */
  onAssigned(partitions: readonly TopicPartition[], anew: boolean): void;
  /** The assignment is in doubt until the next `onAssigned`. Synchronous. */
  onInDoubt(): void;
  /** Records in offset order, none below the position asked for. Synchronous: queue them. */
  onRecords(at: TopicPartition, records: readonly StoredRecord[], end: bigint, asOf: EpochMs): void;
  /** No records below `next` are left. */
  onGap(at: TopicPartition, next: bigint): void;
  /** The partition's end, checked every second. `asOf`, here as elsewhere: when it was asked for. */
  onEnd(at: TopicPartition, end: bigint, asOf: EpochMs): void;
  /** A fetch of this partition has ended, and what it brought was handed over. */
  onFetched(at: TopicPartition, asOf: EpochMs): void;
}

interface Progress {
  /** Offset of the next fetch. */
  next: bigint;
  paused: boolean;
  /** The broker that it is fetched from; null until that is known. */
  leader: number | null;
  /** The broker has records at or after `next` but fetches bring none: how many fetches so, and where the end was. */
  stall: { readonly at: bigint; readonly end: bigint; readonly leader: number; fetches: number } | null;
}

const RESTART_BACKOFF = { firstMs: 100, maxMs: 5000, jitter: 0.5 };
const WATCH_MS = 1000;
/** As long as kafkajs itself believes what it knows of leaders. */
const LEADERS_MS = 60_000;
/** A broker that is away is not waited for longer than this when a group is left. */
const LEAVE_MS = 5000;
/** Empty fetches before an offset that should have records is given up: a fetch that failed quietly (a closed connection) is followed by one that does not. */
const STALLED_AFTER = 5;
const STEP_AFTER = 3;

/**
 * One kafkajs consumer, held to what we need of it: positions are ours alone (`begin` at each assignment; what the
 * group has committed is never used), batches are handed over at once so that its loop never waits for a handler,
 * and it is built anew whenever it crashes.
 *
 * It also steps over offsets where kafkajs stands still: compaction leaves batches without records (to remember the
 * producer), and when nothing follows in the segment, kafkajs fetches the same empty batch for ever (tulios/kafkajs#1072).
 */
export class KafkaFetcher {
  readonly #progress = new Map<string, Progress>();
  readonly #stopping = new AbortController();
  #consumer: Consumer | null = null;
  /** Who we were when we last joined. The group gives a new name to a member that it had given up: one that was paused, or cut off. */
  #memberId: string | null = null;
  #restarts = 0;
  #watching = false;
  #watcher: NodeJS.Timeout | null = null;
  #firstFetch: (() => void) | null = null;
  /** When the fetch that is under way was begun, by broker. */
  readonly #fetchBegan = new Map<number, EpochMs>();
  #leadersAt: EpochMs = 0;
  /** Resolves when a fetch has begun with every assigned partition positioned. */
  readonly fetching: Promise<void>;

  constructor(
    private readonly kafka: Kafka,
    private readonly admin: Pick<KafkaAdmin, 'use'>,
    private readonly options: FetcherOptions,
    private readonly logger: EventLogLogger,
  ) {
    this.fetching = new Promise((resolve) => (this.#firstFetch = resolve));
  }

  /** Begins in the background and goes on until `stop`, whatever happens to the broker. */
  start(): void {
    void this.#launch();
    this.#watcher = setInterval(() => void this.#watch(), WATCH_MS);
    this.#watcher.unref();
  }

  /** Positions an assigned partition and lets it be fetched. */
  begin(at: TopicPartition, next: bigint): void {
    this.#progress.set(partitionKey(at), { next, paused: false, leader: null, stall: null });
    this.#tell((consumer) => {
      consumer.seek({ ...at, offset: String(next) });
      consumer.resume([{ topic: at.topic, partitions: [at.partition] }]);
    });
  }

  pause(at: TopicPartition): void {
    const progress = this.#progress.get(partitionKey(at));
    if (progress === undefined || progress.paused) return;
    progress.paused = true;
    this.#tell((consumer) => consumer.pause([{ topic: at.topic, partitions: [at.partition] }]));
  }

  resume(at: TopicPartition): void {
    const progress = this.#progress.get(partitionKey(at));
    if (progress === undefined || !progress.paused) return;
    progress.paused = false;
    progress.stall = null;
    this.#tell((consumer) => consumer.resume([{ topic: at.topic, partitions: [at.partition] }]));
  }

  /** Makes positions visible to lag tools. Nothing of ours reads them back. */
  async commit(positions: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void> {
    if (positions.length === 0 || this.#consumer === null) return;
    await this.#consumer.commitOffsets(positions.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })));
  }

  /** Leaves the group. A broker that is away does not hold us up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#watcher !== null) clearInterval(this.#watcher);
    const consumer = this.#consumer;
    this.#consumer = null;
    if (consumer === null) return;
    const left = consumer
      .disconnect()
      .catch((error: unknown) => this.logger.debug({ err: error }, 'a consumer did not disconnect cleanly'));
    // Waiting ends with the goodbye: a timer that runs on would keep a process alive that has nothing more to do.
    const goodbye = new AbortController();
    await Promise.race([left, pause(LEAVE_MS, goodbye.signal)]);
    goodbye.abort();
  }

  /** A consumer that is just crashing refuses; the next one learns everything when it joins. */
  #tell(what: (consumer: Consumer) => void): void {
    if (this.#consumer === null) return;
    try {
      what(this.#consumer);
    } catch (error) {
      this.logger.debug({ group: this.options.groupId, err: error }, 'the consumer is not running');
    }
  }

  async #launch(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const consumer = this.kafka.consumer({
        groupId: this.options.groupId,
        ...(this.options.assigner === undefined ? {} : { partitionAssigners: [this.options.assigner] }),
        sessionTimeout: this.options.sessionTimeoutMs,
        rebalanceTimeout: this.options.sessionTimeoutMs,
        heartbeatInterval: Math.floor(this.options.sessionTimeoutMs / 5),
        maxWaitTimeInMs: this.options.maxWaitMs,
        minBytes: 1,
        maxBytesPerPartition: 1024 * 1024,
        metadataMaxAge: LEADERS_MS,
        allowAutoTopicCreation: false,
        retry: { restartOnFailure: () => Promise.resolve(false) }, // a crash is answered below, with a new consumer
      });
      this.#listen(consumer);
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
        if (this.#stopping.signal.aborted) return await consumer.disconnect();
        this.#consumer = consumer;
        await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#take(consumer, payload) });
        return;
      } catch (error) {
        this.logger.warn({ group: this.options.groupId, err: error }, 'the consumer did not start; trying again');
        if (this.#consumer === consumer) this.#consumer = null;
        consumer.disconnect().catch(() => {});
        await this.#waitToRestart();
      }
    }
  }

  #waitToRestart(): Promise<void> {
    this.#restarts++;
    return pause(backoffMs(RESTART_BACKOFF, this.#restarts, Math.random()), this.#stopping.signal);
  }

  #listen(consumer: Consumer): void {
    const { GROUP_JOIN, REBALANCING, CRASH, FETCH_START } = consumer.events;
    // kafkajs calls listeners synchronously, and fetches only after GROUP_JOIN: what is paused or sought here is in force for the first fetch.
    consumer.on(GROUP_JOIN, ({ payload }) => {
      if (this.#stopping.signal.aborted) return;
      this.#restarts = 0;
      // Whoever reads everything keeps its partitions, whatever the group thinks.
      const anew = this.options.assigner === undefined && this.#memberId !== null && this.#memberId !== payload.memberId;
      this.#memberId = payload.memberId;
      if (anew) this.#progress.clear();
      this.#join(
        consumer,
        Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition }))),
        anew,
      );
    });
    consumer.on(REBALANCING, () => this.options.onInDoubt());
    consumer.on(FETCH_START, ({ payload }) => this.#fetchBegins(consumer, Number((payload as { readonly nodeId: unknown }).nodeId)));
    consumer.on(CRASH, ({ payload }) => {
      if (this.#stopping.signal.aborted || this.#consumer !== consumer) return;
      this.logger[isPassing(payload.error.message) ? 'debug' : 'warn'](
        { group: this.options.groupId, err: payload.error },
        'the consumer crashed; starting another',
      );
      this.#consumer = null;
      this.options.onInDoubt();
      void this.#waitToRestart().then(() => this.#launch());
    });
  }

  #join(consumer: Consumer, partitions: readonly TopicPartition[], anew: boolean): void {
    this.#consumer = consumer;
    this.#fetchBegan.clear();
    const ours = new Set(partitions.map(partitionKey));
    for (const key of this.#progress.keys()) if (!ours.has(key)) this.#progress.delete(key);
    for (const at of partitions) {
      const kept = this.#progress.get(partitionKey(at));
      const toppar = [{ topic: at.topic, partitions: [at.partition] }];
      if (kept === undefined) {
        consumer.pause(toppar); // until begin()
        continue;
      }
      kept.stall = null;
      consumer.seek({ ...at, offset: String(kept.next) }); // kafkajs would go on from what was committed
      if (kept.paused) consumer.pause(toppar);
      else consumer.resume(toppar);
    }
    this.options.onAssigned(partitions, anew);
  }

  #take(consumer: Consumer, { batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const at = { topic: batch.topic, partition: batch.partition };
    const progress = this.#progress.get(partitionKey(at));
    if (progress === undefined || this.#stopping.signal.aborted || batch.messages.length === 0) return Promise.resolve();
    // Asked for beyond our position (a fetch from before a rebalance): taking it would skip records.
    const { fetchedOffset } = batch as { readonly fetchedOffset?: string };
    if (fetchedOffset !== undefined && BigInt(fetchedOffset) > progress.next) {
      consumer.seek({ ...at, offset: String(progress.next) });
      return Promise.resolve();
    }
    const records = batch.messages.map((message) => toStored(at, message)).filter(({ offset }) => offset >= progress.next);
    resolveOffset(batch.messages[batch.messages.length - 1]!.offset);
    const next = BigInt(batch.lastOffset()) + 1n;
    if (next > progress.next) progress.next = next;
    progress.stall = null;
    if (records.length > 0)
      this.options.onRecords(at, records, BigInt(batch.highWatermark), Math.min(Date.now(), ...this.#fetchBegan.values()));
    this.options.onGap(at, progress.next); // markers of transactions may follow the last record
    return Promise.resolve();
  }

  /** Everything that the last fetch of this broker brought has been taken when its next one begins. */
  #fetchBegins(consumer: Consumer, nodeId: number): void {
    if (this.#consumer !== consumer) return;
    if (
      this.#firstFetch !== null &&
      consumer
        .paused()
        .every(({ topic, partitions }) => partitions.every((partition) => this.#progress.has(partitionKey({ topic, partition }))))
    ) {
      this.#firstFetch();
      this.#firstFetch = null;
    }
    const began = this.#fetchBegan.get(nodeId);
    this.#fetchBegan.set(nodeId, Date.now());
    for (const [key, progress] of this.#progress) {
      const { stall } = progress;
      if (began !== undefined && progress.leader === nodeId && !progress.paused) this.options.onFetched(topicPartitionOf(key), began);
      if (stall === null || stall.leader !== nodeId || progress.paused) continue;
      stall.fetches++;
      if (stall.fetches >= (stall.at === progress.next ? STALLED_AFTER : STEP_AFTER)) this.#step(consumer, key, progress);
    }
  }

  /** Moves one offset on, never further: the next offset may have a record. */
  #step(consumer: Consumer, key: string, progress: Progress): void {
    const stall = progress.stall!;
    const at = topicPartitionOf(key);
    if (progress.next === stall.at)
      this.logger.info({ ...at, offset: String(stall.at) }, 'no record is left at this offset; stepping over it');
    progress.next += 1n;
    stall.fetches = 0;
    consumer.seek({ ...at, offset: String(progress.next) });
    this.options.onGap(at, progress.next);
    if (progress.next >= stall.end) progress.stall = null;
  }

  /** Retention overtook us: what was below `earliest` is gone. */
  #jump(at: TopicPartition, progress: Progress, earliest: bigint): void {
    this.logger.error({ ...at, from: String(progress.next), to: String(earliest) }, 'retention removed records before they were read');
    progress.next = earliest;
    this.#tell((consumer) => consumer.seek({ ...at, offset: String(earliest) }));
    this.options.onGap(at, earliest);
  }

  /** Asks for the ends: they are the lag while nothing is fetched, and show where fetches stand still. */
  async #watch(): Promise<void> {
    if (this.#progress.size === 0 || this.#consumer === null || this.#watching) return;
    this.#watching = true;
    try {
      await this.admin.use(async (admin) => {
        if (this.#leadersUnknown) await this.#findLeaders(admin);
        for (const topic of this.options.topics) {
          const asOf = Date.now();
          for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
            await this.#check(admin, { topic, partition }, BigInt(low), BigInt(high), asOf);
        }
      });
    } catch (error) {
      this.logger.debug({ err: error }, 'the ends of the partitions could not be read');
    } finally {
      this.#watching = false;
    }
  }

  get #leadersUnknown(): boolean {
    return Date.now() - this.#leadersAt > LEADERS_MS || [...this.#progress.values()].some(({ leader }) => leader === null);
  }

  async #findLeaders(admin: Admin): Promise<void> {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...this.options.topics] });
    for (const { name: topic, partitions } of topics)
      for (const { partitionId: partition, leader } of partitions) {
        const progress = this.#progress.get(partitionKey({ topic, partition }));
        if (progress !== undefined) progress.leader = leader;
      }
    this.#leadersAt = Date.now();
  }

  async #check(admin: Admin, at: TopicPartition, earliest: bigint, end: bigint, asOf: EpochMs): Promise<void> {
    const progress = this.#progress.get(partitionKey(at));
    if (progress === undefined || this.#stopping.signal.aborted) return;
    this.options.onEnd(at, end, asOf);
    if (progress.next < earliest) this.#jump(at, progress, earliest);
    if (progress.paused || progress.next >= end || progress.stall !== null) return;
    const seenAt = progress.next;
    const { topics } = await admin.fetchTopicMetadata({ topics: [at.topic] });
    const leader = topics[0]?.partitions.find(({ partitionId }) => partitionId === at.partition)?.leader;
    if (leader !== undefined && progress.next === seenAt) progress.stall = { at: seenAt, end, leader, fetches: 0 };
  }
}
