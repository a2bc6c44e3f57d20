import type { EpochMs, Positions, TopicSpec } from '#contracts';

/** What is written. `key` decides the partition (murmur2) and, in compacted topics, which record replaces which. */
export interface NewRecord {
  readonly key: string;
  /** UTF-8 JSON; null is a tombstone (compacted topics only). */
  readonly value: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AppendOptions {
  /** Records that were not sent after so long are dropped: their caller waits no longer. The adapter's own limit (10 s) holds as well. */
  readonly waitMs?: number;
}

/** Where a record stands. Offsets only grow within a partition; there may be gaps. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What is read. Value and key are raw: the consumer parses and parks what it can not parse. */
export interface StoredRecord extends Position {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** When the log took it. */
  readonly timestamp: EpochMs;
}

/** Records of one partition in offset order. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StoredRecord[];
  /** Next offset after the last record of the partition when this batch was fetched: `end - next` is the lag in records. */
  readonly end: bigint;
}

export interface SubscribeOptions {
  readonly topics: readonly string[];
  /**
   * `all`: this subscriber reads every partition itself (a ranker replica, a gateway catalogue).
   * `shared`: the partitions are divided over all live subscribers of `group` (the archive).
   */
  readonly mode: 'all' | 'shared';
  /** Name under which lag tools see the positions; unique per replica for `all`. */
  readonly group: string;
  /**
   * Where to begin in the partitions that this subscriber was just given: ours is the truth, what the broker remembers is not.
   * A partition that the answer leaves out begins at the earliest record.
   */
  start(partitions: readonly { readonly topic: string; readonly partition: number }[]): Promise<Positions>;
  /**
   * Handles one batch. When it resolves, the batch counts as done and the position after it is committed (lazily) for lag
   * tools. When it rejects, the same records come again after a backoff: throw only what may pass.
   * At most one call a partition is under way at a time.
   */
  handle(batch: Batch): Promise<void>;
  /** Partitions taken away (shared mode): stop writing for them. */
  onRevoked?(partitions: readonly { readonly topic: string; readonly partition: number }[]): Promise<void>;
  /** Most records handed over at once; default 500. */
  readonly maxBatch?: number;
}

export interface Subscription {
  /** Resolves once partitions are assigned and the first fetch is under way. */
  readonly ready: Promise<void>;
  /** Lag per `topic/partition`: records not yet handled, as of the last fetch. A partition that was not fetched yet is left out. */
  lag(): ReadonlyMap<string, bigint>;
  /**
   * Per `topic/partition`, when the log took the oldest record that is not handled yet; partitions where none waits are left out. Of a record that
   * has not arrived it is an estimate; of a partition that we were given and could not begin, since when nothing of it is handled.
   * @param done next offset of each partition that waits, where the handler knows better how far it is within its batches
   */
  waiting(done?: Positions): ReadonlyMap<string, EpochMs>;
  /**
   * Per `topic/partition`, as of when we know where it ends: that is told every second or more often, or the log is silent. Partitions of which is
   * known that something waits that has not arrived are left out.
   */
  heard(): ReadonlyMap<string, EpochMs>;
  /** Finishes the batches under way, commits, leaves the group. */
  stop(): Promise<void>;
}

export interface ReadRange {
  readonly topic: string;
  readonly partition: number;
  /** First offset to read, inclusive; default: earliest. */
  readonly from?: bigint;
  /** First offset not to read; default: the end as of the call. */
  readonly to?: bigint;
}

/**
 * The log: ordered, durable, partitioned by key. Both adapters (Kafka, embedded in PostgreSQL) pass `event-log.contract.ts`.
 * Reading joins no group and commits nothing; only `subscribe` does.
 */
export abstract class EventLog {
  /** Creates the topics that are missing, and fails if one exists with another partition count. Idempotent. */
  abstract ensureTopics(specs: readonly TopicSpec[]): Promise<void>;

  /**
   * Appends records; resolves when all are durable (acks=all), with their positions in input order. Records with one key keep their order.
   * Calls made within a few milliseconds are sent together.
   * @throws {AppendFailure} none, or only some, are known to be durable: the caller retries with the same event ids.
   */
  abstract append(topic: string, records: readonly NewRecord[], options?: AppendOptions): Promise<readonly Position[]>;

  abstract subscribe(options: SubscribeOptions): Promise<Subscription>;

  /** Reads a range in offset order, then ends. */
  abstract read(range: ReadRange): AsyncIterable<StoredRecord>;

  /** Per `topic/partition`, the first offset whose record was taken at or after `time`; the end where there is none. */
  abstract offsetsAt(topic: string, time: EpochMs): Promise<Positions>;
  /** Per `topic/partition`, earliest kept and next-to-be-written offset. */
  abstract bounds(topic: string): Promise<{ readonly earliest: Positions; readonly end: Positions }>;

  /** What its own connections to a database do now; null when it keeps none. */
  connections(): { readonly used: number; readonly idle: number; readonly waiting: number } | null {
    return null;
  }

  /** Cheap reachability check for readiness. */
  abstract ping(): Promise<void>;
  abstract close(): Promise<void>;
}
