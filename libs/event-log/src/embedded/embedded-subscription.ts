import type { Pool } from 'pg';
import type { EpochMs, Positions } from '#contracts';
import { backoffMs, pause } from '../backoff.js';
import type { SubscribeOptions, Subscription } from '../event-log.js';
import type { EventLogLogger, EventLogObserver } from '../observer.js';
import { HeldPartitions, type SubscriptionSettings } from '../subscribe/held-partitions.js';
import { type TopicPartition, partitionKey } from '../subscribe/topic-partition.js';
import { type Notifications, RECORDS_CHANNEL } from './notifications.js';
import { PartitionLeases } from './partition-leases.js';
import { STORED_COLUMNS, type StoredRow, toStored } from './stored-row.js';
import type { Topic, Topics } from './topics.js';

export interface EmbeddedSubscriptionSettings extends SubscriptionSettings {
  readonly url: string;
  /** How often to look without having been notified. */
  readonly pollEveryMs: number;
  readonly rebalanceEveryMs: number;
}

interface Fetching extends TopicPartition {
  readonly topicId: number;
  next: bigint;
  paused: boolean;
}

type FetchedRow = { readonly topic_id: number; readonly partition: number; readonly first_offset: string; readonly next_offset: string } & (
  StoredRow | { readonly record_offset: null }
);

/** One query for all partitions of a subscriber; one snapshot, so the end that it gives fits the records. */
const FETCH = `
  select p.topic_id, p.partition, p.first_offset, p.next_offset, ${STORED_COLUMNS}
  from unnest($1::int[], $2::int[], $3::bigint[]) f(topic_id, partition, from_offset)
  join log_partitions p on p.topic_id = f.topic_id and p.partition = f.partition
  left join lateral (
    select * from log_records r
    where r.topic_id = f.topic_id and r.partition = f.partition and r.record_offset >= f.from_offset
    order by r.record_offset limit $4
  ) r on p.next_offset > f.from_offset
  order by p.topic_id, p.partition, r.record_offset`;

/** A fetch may bring every partition's share at once: it is cut when values are large. */
const FETCH_BYTES = 8 * 1024 * 1024;
const RETRY = { firstMs: 100, maxMs: 5000, jitter: 0.5 };

/** Reads new records of all held partitions with one query whenever there may be some. */
export class EmbeddedSubscription implements Subscription {
  readonly #held: HeldPartitions;
  readonly #leases: PartitionLeases | null;
  readonly #fetching = new Map<string, Fetching>();
  readonly #topicIds: ReadonlyMap<string, Topic>;
  readonly #stopping = new AbortController();
  readonly #unlisten: () => void;
  readonly #loop: Promise<void>;
  #limit: number;
  #wake: (() => void) | null = null;
  #woken = true;
  #ready: (() => void) | null = null;
  #assignedOnce = false;
  #stopped: Promise<void> | null = null;
  readonly ready: Promise<void>;

  constructor(
    private readonly pool: Pool,
    topics: { readonly known: readonly Topic[]; readonly bounds: Topics['bounds'] },
    notifications: Notifications,
    options: SubscribeOptions,
    private readonly settings: EmbeddedSubscriptionSettings,
    private readonly logger: EventLogLogger,
    observer: EventLogObserver,
  ) {
    this.ready = new Promise((resolve) => (this.#ready = resolve));
    this.#limit = settings.maxBatch;
    this.#topicIds = new Map(topics.known.map((topic) => [topic.name, topic]));
    this.#held = new HeldPartitions(
      {
        begin: (at, next) => this.#begin(at, next),
        pause: (at) => this.#setPaused(at, true),
        resume: (at) => this.#setPaused(at, false),
        bounds: (topic) => topics.bounds(topic),
        commit: (positions) => this.#commit(options.group, positions),
      },
      options,
      settings,
      logger,
      observer,
    );
    const partitions = topics.known.flatMap(({ name, partitions: count }) =>
      Array.from({ length: count }, (_, partition) => ({ topic: name, partition })),
    );
    this.#unlisten = notifications.on(RECORDS_CHANNEL, (topic) => {
      if (topic === '' || this.#topicIds.has(topic)) this.#look();
    });
    if (options.mode === 'all') {
      this.#leases = null;
      void this.#assigned(partitions);
    } else {
      const { url, rebalanceEveryMs } = settings;
      this.#leases = new PartitionLeases(
        { url, group: options.group, partitions, rebalanceEveryMs, onAssigned: (given) => this.#assigned(given) },
        notifications,
        logger,
      );
      void this.#leases.settled.then(() => this.#settled()); // a member that got nothing is ready too
    }
    this.#loop = this.#run();
  }

  lag(): ReadonlyMap<string, bigint> {
    return this.#held.lag();
  }

  waiting(done?: Positions): ReadonlyMap<string, EpochMs> {
    return this.#held.waiting(done);
  }

  heard(): ReadonlyMap<string, EpochMs> {
    return this.#held.heard();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#unlisten();
    await this.#held.stop();
    this.#stopping.abort();
    this.#look();
    await this.#leases?.stop();
    await this.#loop;
  }

  async #assigned(partitions: readonly TopicPartition[]): Promise<void> {
    const ours = new Set(partitions.map(partitionKey));
    for (const key of this.#fetching.keys()) if (!ours.has(key)) this.#fetching.delete(key);
    await this.#held.assigned(partitions);
    if (this.#leases === null) this.#settled();
  }

  #settled(): void {
    this.#assignedOnce = true;
    this.#look();
  }

  #begin(at: TopicPartition, next: bigint): void {
    this.#fetching.set(partitionKey(at), { ...at, topicId: this.#topicIds.get(at.topic)!.id, next, paused: false });
    this.#look();
  }

  #setPaused(at: TopicPartition, paused: boolean): void {
    const fetching = this.#fetching.get(partitionKey(at));
    if (fetching !== undefined) fetching.paused = paused;
    if (!paused) this.#look();
  }

  #look(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted;) {
      this.#woken = false;
      const assignedBefore = this.#assignedOnce;
      try {
        const full = await this.#fetch();
        failures = 0;
        if (assignedBefore) this.#ready?.();
        if (full) continue;
        await this.#waitForNews();
      } catch (error) {
        failures++;
        this.logger.warn({ err: error, failures }, 'records could not be fetched; trying again');
        await pause(backoffMs(RETRY, failures, Math.random()), this.#stopping.signal);
      }
    }
  }

  async #waitForNews(): Promise<void> {
    if (this.#woken || this.#stopping.signal.aborted) return;
    const waited = new AbortController();
    this.#wake = () => waited.abort();
    await pause(this.settings.pollEveryMs, waited.signal);
    this.#wake = null;
  }

  /** @returns whether some partition may have more right now */
  async #fetch(): Promise<boolean> {
    const open = [...this.#fetching.values()].filter(({ paused }) => !paused);
    if (open.length === 0) return false;
    const limit = this.#limit;
    const parameters = [
      open.map(({ topicId }) => topicId),
      open.map(({ partition }) => partition),
      open.map(({ next }) => String(next)),
      limit,
    ];
    const asOf = Date.now();
    const { rows } = await this.pool.query<FetchedRow>({ name: 'log-fetch', text: FETCH, values: parameters });
    const byPartition = new Map<string, FetchedRow[]>();
    for (const row of rows) {
      const key = `${row.topic_id}/${row.partition}`;
      const found = byPartition.get(key);
      if (found === undefined) byPartition.set(key, [row]);
      else found.push(row);
    }
    let bytes = 0;
    let full = false;
    for (const fetching of open) {
      const found = byPartition.get(`${fetching.topicId}/${fetching.partition}`) ?? [];
      // Given up, or begun anew, while the query ran.
      if (found.length === 0 || this.#fetching.get(partitionKey(fetching)) !== fetching) continue;
      const taken = this.#take(fetching, found, limit, asOf);
      bytes += taken.bytes;
      full ||= taken.full;
    }
    this.#limit = bytes > FETCH_BYTES ? Math.max(1, Math.floor(limit / 2)) : Math.min(this.settings.maxBatch, limit * 2);
    return full;
  }

  #take(fetching: Fetching, rows: readonly FetchedRow[], limit: number, asOf: EpochMs): { bytes: number; full: boolean } {
    const end = BigInt(rows[0]!.next_offset);
    if (fetching.next < BigInt(rows[0]!.first_offset)) {
      this.logger.error(
        { topic: fetching.topic, partition: fetching.partition, from: String(fetching.next), to: rows[0]!.first_offset },
        'retention removed records before they were read',
      );
    }
    const records = rows.flatMap((row) => (row.record_offset === null ? [] : [toStored(fetching, row)]));
    const full = records.length === limit;
    // Fewer than asked for: nothing is left up to the end, even if its last offsets were compacted away.
    const next = full ? records[records.length - 1]!.offset + 1n : end;
    if (next > fetching.next) fetching.next = next;
    if (records.length > 0) this.#held.received(fetching, records, end, asOf);
    this.#held.sawEnd(fetching, end, asOf);
    this.#held.skipTo(fetching, fetching.next);
    return { bytes: records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0), full };
  }

  async #commit(group: string, positions: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void> {
    if (positions.length === 0) return;
    await this.pool.query(
      `insert into log_positions (group_name, topic, partition, next_offset)
       select $1, * from unnest($2::text[], $3::int[], $4::bigint[])
       on conflict (group_name, topic, partition) do update set next_offset = excluded.next_offset, updated_at = now()`,
      [
        group,
        positions.map(({ topic }) => topic),
        positions.map(({ partition }) => partition),
        positions.map(({ offset }) => String(offset)),
      ],
    );
  }
}
