import { type EpochMs, type Positions, positionKey } from '#contracts';
import { type BackoffPolicy, backoffMs, pause } from '../backoff.js';
import type { StoredRecord, SubscribeOptions } from '../event-log.js';
import type { EventLogLogger, EventLogObserver } from '../observer.js';
import { PartitionWorker } from './partition-worker.js';
import { type TopicPartition, partitionKey, topicPartitionOf } from './topic-partition.js';

export interface SubscriptionSettings {
  readonly maxBatch: number;
  readonly backoff: BackoffPolicy;
  readonly commitEveryMs: number;
}

/** What an adapter does for the partitions of one subscriber. */
export interface Feed {
  /** Fetch this partition from here on; until then it is not fetched. */
  begin(at: TopicPartition, next: bigint): void;
  pause(at: TopicPartition): void;
  resume(at: TopicPartition): void;
  bounds(topic: string): Promise<readonly { readonly partition: number; readonly earliest: bigint; readonly end: bigint }[]>;
  /** Makes positions visible to lag tools. */
  commit(positions: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void>;
}

/**
 * The partitions that one subscriber holds: a worker for each, begun at the subscriber's own position, retired (its
 * last batch ended, the subscriber told) before anybody takes it up again. Both adapters feed it.
 */
export class HeldPartitions {
  readonly #workers = new Map<string, PartitionWorker>();
  /** Workers of partitions that were taken away, until their last batch has ended. */
  readonly #retiring = new Map<string, Promise<void>>();
  /**
   * Partitions that are ours and not begun, because our position in them can not be read yet: since when something may wait there. That of a
   * former worker is known; else it is the moment of the assignment.
   */
  readonly #unbegun = new Map<string, EpochMs>();
  readonly #committed = new Map<string, bigint>();
  readonly #committer: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  #assignment = 0;
  #committing = false;

  constructor(
    private readonly feed: Feed,
    private readonly options: SubscribeOptions,
    private readonly settings: SubscriptionSettings,
    private readonly logger: EventLogLogger,
    private readonly observer: EventLogObserver,
  ) {
    this.#committer = setInterval(() => void this.#commit(), settings.commitEveryMs);
    this.#committer.unref();
  }

  lag(): ReadonlyMap<string, bigint> {
    return new Map([...this.#workers].flatMap(([key, { lag }]) => (lag === null ? [] : [[key, lag] as const])));
  }

  waiting(done: Positions = {}): ReadonlyMap<string, EpochMs> {
    const since = new Map(this.#unbegun);
    for (const [key, worker] of this.#workers) {
      const next = done[key];
      const waitingSince = worker.waitingSince(next === undefined ? undefined : BigInt(next));
      if (waitingSince !== null) since.set(key, waitingSince);
    }
    return since;
  }

  heard(): ReadonlyMap<string, EpochMs> {
    return new Map([...this.#workers].flatMap(([key, { heardAt }]) => (heardAt === null ? [] : [[key, heardAt] as const])));
  }

  /** Starts no further batch until the next assignment: the partitions may already be somebody else's. */
  hold(): void {
    for (const worker of this.#workers.values()) worker.hold();
  }

  /**
   * These partitions are ours now, and no others. Resolves when what was lost is retired and what was gained has begun.
   * @param anew we had been out of the group: what we held may have been somebody else's meanwhile, so all of it counts as lost and gained
   */
  async assigned(partitions: readonly TopicPartition[], anew = false): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const assignment = ++this.#assignment;
    const ours = new Set(anew ? [] : partitions.map(partitionKey));
    const lost = [...this.#workers.keys()].filter((key) => !ours.has(key));
    this.#note(partitions, lost);
    this.#retire(lost);
    const gained = partitions.filter((at) => !this.#workers.has(partitionKey(at)));
    for (const worker of this.#workers.values()) worker.release();
    this.observer.assigned?.({ group: this.options.group, partitions: partitions.length });
    if (gained.length + lost.length > 0)
      this.logger.info(
        { group: this.options.group, partitions: partitions.length, gained: gained.length, lost: lost.length },
        'partitions assigned',
      );
    await this.#retired(lost);
    if (gained.length > 0) await this.#begin(gained, assignment);
  }

  /** @param asOf when they were asked for: what the log has taken since is not in the answer */
  received(at: TopicPartition, records: readonly StoredRecord[], end: bigint, asOf: EpochMs): void {
    const worker = this.#workers.get(partitionKey(at));
    if (worker === undefined) return;
    worker.offer(records, end, asOf);
    if (worker.isFull) this.feed.pause(at);
  }

  /** No records below `next` are left. */
  skipTo(at: TopicPartition, next: bigint): void {
    this.#workers.get(partitionKey(at))?.skipTo(next);
  }

  sawEnd(at: TopicPartition, end: bigint, asOf: EpochMs): void {
    this.#workers.get(partitionKey(at))?.sawEnd(end, asOf);
  }

  /** A fetch that was begun at this moment ended, and what it brought of this partition has been received. */
  fetched(at: TopicPartition, asOf: EpochMs): void {
    this.#workers.get(partitionKey(at))?.heard(asOf);
  }

  /** Lets the batches under way end and commits; nothing is handled afterwards. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#committer);
    await Promise.all([...[...this.#workers.values()].map((worker) => worker.stop()), ...this.#retiring.values()]);
    await this.#commit();
  }

  /** Partitions that are to begin wait since their former worker was level, or since now. */
  #note(assigned: readonly TopicPartition[], lost: readonly string[]): void {
    const keys = assigned.map(partitionKey);
    const known = new Map(
      lost.flatMap((key) => {
        const worker = this.#workers.get(key)!;
        const since = worker.waitingSince() ?? worker.heardAt; // nothing waited as of then
        return since === null ? [] : [[key, since] as const];
      }),
    );
    const unbegun = keys.filter((key) => !this.#workers.has(key) || lost.includes(key));
    const since = new Map(unbegun.map((key) => [key, known.get(key) ?? this.#unbegun.get(key) ?? Date.now()] as const));
    this.#unbegun.clear();
    for (const [key, at] of since) this.#unbegun.set(key, at);
  }

  /** Lets the batches under way end, then tells the subscriber. */
  #retire(keys: readonly string[]): void {
    if (keys.length === 0) return;
    const workers = keys.map((key) => this.#workers.get(key)!);
    const retired = Promise.all(workers.map((worker) => worker.stop()))
      .then(() => this.options.onRevoked?.(keys.map(topicPartitionOf)))
      .catch((error: unknown) => this.logger.error({ group: this.options.group, err: error }, 'onRevoked failed'))
      .then(() => keys.forEach((key) => (this.#retiring.get(key) === retired ? this.#retiring.delete(key) : undefined)));
    for (const key of keys) {
      this.#workers.delete(key);
      this.#committed.delete(key);
      this.#retiring.set(key, retired);
    }
  }

  /** Resolves once former workers of these partitions have ended their last batch. */
  async #retired(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#retiring.get(key);
  }

  async #begin(gained: readonly TopicPartition[], assignment: number): Promise<void> {
    await this.#retired(gained.map(partitionKey));
    const starts = await this.#untilAnswered(() => this.#startsOf(gained), assignment);
    if (starts === null) return; // assigned anew meanwhile: that assignment asks again
    for (const { at, next } of starts) {
      const worker = new PartitionWorker(
        {
          group: this.options.group,
          ...at,
          next,
          since: this.#unbegun.get(partitionKey(at)) ?? Date.now(),
          maxBatch: this.settings.maxBatch,
          backoff: this.settings.backoff,
          handle: (batch) => this.options.handle(batch),
          onRoom: () => this.feed.resume(at),
        },
        this.logger,
        this.observer,
      );
      this.#workers.set(partitionKey(at), worker);
      this.#unbegun.delete(partitionKey(at));
      this.feed.begin(at, next);
    }
  }

  /** The subscriber's positions, held to what the log has. */
  async #startsOf(gained: readonly TopicPartition[]): Promise<{ at: TopicPartition; next: bigint }[]> {
    const positions: Positions = await this.options.start(gained);
    const bounds = new Map<string, { earliest: bigint; end: bigint }>();
    for (const topic of new Set(gained.map((at) => at.topic))) {
      for (const { partition, earliest, end } of await this.feed.bounds(topic))
        bounds.set(positionKey(topic, partition), { earliest, end });
    }
    return gained.map((at) => {
      const key = partitionKey(at);
      const { earliest, end } = bounds.get(key) ?? { earliest: 0n, end: 0n };
      const asked = positions[key] === undefined ? earliest : BigInt(positions[key]);
      if (asked >= earliest && asked <= end) return { at, next: asked };
      this.logger.error(
        { group: this.options.group, ...at, position: String(asked), earliest: String(earliest), end: String(end) },
        asked < earliest
          ? 'retention removed records before they were read'
          : 'the position is beyond the log (another log than before?): reading it from its beginning',
      );
      return { at, next: earliest };
    });
  }

  async #untilAnswered<T>(ask: () => Promise<T>, assignment: number): Promise<T | null> {
    for (let attempt = 1; ; attempt++) {
      if (this.#assignment !== assignment || this.#stopping.signal.aborted) return null;
      try {
        const answer = await ask();
        return this.#assignment === assignment && !this.#stopping.signal.aborted ? answer : null;
      } catch (error) {
        this.logger.warn({ group: this.options.group, attempt, err: error }, 'positions could not be read; trying again');
        await pause(backoffMs(this.settings.backoff, attempt, Math.random()), this.#stopping.signal);
      }
    }
  }

  async #commit(): Promise<void> {
    if (this.#committing) return; // a broker that is away holds it up
    this.#committing = true;
    const moved = [...this.#workers]
      .filter(([key, worker]) => worker.next !== this.#committed.get(key))
      .map(([key, worker]) => ({ ...topicPartitionOf(key), offset: worker.next }));
    try {
      await this.feed.commit(moved);
      for (const { topic, partition, offset } of moved) this.#committed.set(positionKey(topic, partition), offset);
    } catch (error) {
      this.logger.debug({ group: this.options.group, err: error }, 'positions for lag tools were not committed'); // the next round has them
    } finally {
      this.#committing = false;
    }
  }
}
