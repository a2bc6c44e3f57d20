import { type EpochMs, Failure } from '#contracts';
import { type BackoffPolicy, backoffMs, pause } from '../backoff.js';
import type { Batch, StoredRecord } from '../event-log.js';
import { SILENCE_MS } from '../lag-seconds.js';
import type { EventLogLogger, EventLogObserver } from '../observer.js';

export interface WorkerSettings {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** First offset to handle. */
  readonly next: bigint;
  /** Since when records may wait here, as far as is known before the log has told where the end is. */
  readonly since: EpochMs;
  readonly maxBatch: number;
  readonly backoff: BackoffPolicy;
  handle(batch: Batch): Promise<void>;
  /** The queue has room again: fetch on. */
  onRoom(): void;
}

/** Bytes of values that wait in one partition before fetching pauses, whatever their number. */
const QUEUE_BYTES = 4 * 1024 * 1024;

/**
 * One partition of one subscriber: a queue, and a loop that hands it to the handler, one batch at a time.
 *
 * Because the loop is ours and not the client library's, a handler that is slow or throws neither stops other
 * partitions nor the heartbeat (tulios/kafkajs#447), and after a rebalance no batch runs twice at once (#916, #1097):
 * there is one worker for a partition, and it is retired before another one begins.
 */
export class PartitionWorker {
  /** Next offset to hand to the handler; everything below is done. */
  #next: bigint;
  /** Next offset to accept from a fetch. */
  #tail: bigint;
  #end: bigint;
  /** As of when we know where the end is; before the first fetch nobody has told. */
  #heardAt: EpochMs | null = null;
  /** When the log last held nothing that had not arrived here. */
  #levelAt: EpochMs;
  /** Since when it is known to hold something; null while it is not. */
  #behindSince: EpochMs | null = null;
  /** When the log took the newest record that arrived here. */
  #arrivedTime: EpochMs = 0;
  readonly #queue: StoredRecord[] = [];
  #queuedBytes = 0;
  /** The batch under way. */
  #inHand: readonly StoredRecord[] = [];
  #loop: Promise<void> | null = null;
  #held = false;
  readonly #stopping = new AbortController();

  constructor(
    private readonly settings: WorkerSettings,
    private readonly logger: EventLogLogger,
    private readonly observer: EventLogObserver,
  ) {
    this.#next = settings.next;
    this.#tail = settings.next;
    this.#end = settings.next;
    this.#levelAt = settings.since;
  }

  get next(): bigint {
    return this.#next;
  }

  /** Where the next fetch begins. */
  get tail(): bigint {
    return this.#tail;
  }

  /** null until the end is known: a partition of which nothing was fetched yet has not caught up. */
  get lag(): bigint | null {
    if (this.#heardAt === null) return null;
    return this.#end > this.#next ? this.#end - this.#next : 0n;
  }

  /** As of when we know where the end is; null while nothing was told, or while something is to arrive and nothing has. */
  get heardAt(): EpochMs | null {
    const isGuessed = this.#behindSince !== null && this.#queue.length === 0 && this.#inHand.length === 0;
    return isGuessed ? null : this.#heardAt;
  }

  /**
   * When the log took the oldest record that waits; null when none does. Of a record that is known to be in the log and has not arrived it is
   * an estimate.
   * @param done next offset to count as waiting, where the handler knows better how far it is within its batch
   */
  waitingSince(done: bigint = this.#next): EpochMs | null {
    const isWaiting = ({ offset }: StoredRecord): boolean => offset >= done;
    const oldest = this.#inHand.find(isWaiting) ?? this.#queue.find(isWaiting);
    return oldest?.timestamp ?? this.#unarrivedSince;
  }

  get #unarrivedSince(): EpochMs | null {
    if (this.#heardAt === null) return this.#levelAt;
    if (this.#behindSince === null) return null;
    // Between two ends that follow each other closely it came just now. After a silence (the process was stopped, or cut off) it may have come
    // at any time since, and came soon if records come regularly. What arrived is older in any case.
    const wasSilent = this.#behindSince - this.#levelAt > SILENCE_MS;
    return Math.max(wasSilent ? this.#levelAt : this.#behindSince, this.#arrivedTime);
  }

  /** Whether fetched records should wait elsewhere for now. */
  get isFull(): boolean {
    return this.#queue.length >= this.settings.maxBatch * 2 || this.#queuedBytes >= QUEUE_BYTES;
  }

  /** Takes fetched records; those below our position (or already queued) are skipped. `end`: the partition's end, `asOf`: when it was asked for. */
  offer(records: readonly StoredRecord[], end: bigint, asOf: EpochMs): void {
    if (this.#stopping.signal.aborted) return;
    for (const record of records) {
      if (record.offset < this.#tail) continue;
      this.#queue.push(record);
      this.#queuedBytes += record.value?.length ?? 0;
      this.#tail = record.offset + 1n;
      this.#arrivedTime = record.timestamp;
    }
    this.sawEnd(end, asOf);
    this.#run();
  }

  /** The partition's end is known to be here, e.g. from a check while nothing was fetched. */
  sawEnd(end: bigint, asOf: EpochMs): void {
    if (end > this.#end) this.#end = end;
    this.heard(asOf);
  }

  /** What was asked for at this moment has been answered, and the answer said nothing of this partition that we did not know. */
  heard(asOf: EpochMs): void {
    this.#heardAt = Math.max(this.#heardAt ?? asOf, asOf);
    this.#noteLevel();
  }

  /** Offsets up to `offset` hold no records (compacted away, or markers of the broker): counts them as done once the queue is. */
  skipTo(offset: bigint): void {
    if (offset <= this.#tail) return;
    this.#tail = offset;
    if (this.#queue.length === 0 && this.#inHand.length === 0) this.#next = offset;
    this.#noteLevel();
  }

  #noteLevel(): void {
    if (this.#heardAt === null) return;
    if (this.#end > this.#tail) this.#behindSince ??= this.#heardAt;
    else {
      this.#levelAt = this.#heardAt;
      this.#behindSince = null;
    }
  }

  /** Starts no further batch until released: while a rebalance is under way the partition may already be somebody else's. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#run();
  }

  /** Ends after the batch under way; a batch that is failing is given up. What was not handled stays undone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  #run(): void {
    if (this.#loop !== null || this.#queue.length === 0 || this.#held || this.#stopping.signal.aborted) return;
    this.#loop = this.#work().finally(() => {
      this.#loop = null;
      this.#run();
    });
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0 && !this.#held && !this.#stopping.signal.aborted) {
      const wasFull = this.isFull;
      const records = this.#queue.splice(0, this.settings.maxBatch);
      this.#inHand = records;
      const done = await this.#handleUntilDone(records);
      this.#inHand = [];
      if (!done) return;
      this.#queuedBytes -= records.reduce((sum, record) => sum + (record.value?.length ?? 0), 0);
      this.#next = this.#queue.length === 0 ? this.#tail : records[records.length - 1]!.offset + 1n;
      if (wasFull && !this.isFull) this.settings.onRoom();
    }
  }

  /** Hands the same records over until the handler takes them. @returns false when stopped before that */
  async #handleUntilDone(records: readonly StoredRecord[]): Promise<boolean> {
    const { group, topic, partition, backoff } = this.settings;
    for (let attempt = 1; ; attempt++) {
      const began = performance.now();
      try {
        await this.settings.handle({ topic, partition, records, end: this.#end });
        this.observer.handled?.({ group, topic, partition, records: records.length, seconds: (performance.now() - began) / 1000 });
        return true;
      } catch (error) {
        if (this.#stopping.signal.aborted) return false;
        this.observer.handlerRetried?.({ group, topic, partition, attempt, code: error instanceof Failure ? error.code : 'UNEXPECTED' });
        const details = { group, topic, partition, offset: String(records[0]!.offset), records: records.length, attempt, err: error };
        this.logger.warn(details, 'handler failed; the same records come again');
        await pause(backoffMs(backoff, attempt, Math.random()), this.#stopping.signal);
        if (this.#stopping.signal.aborted) return false;
      }
    }
  }
}
