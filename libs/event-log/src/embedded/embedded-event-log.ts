import pg, { type Pool } from 'pg';
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
import { LogUnavailableFailure } from '../failures.js';
import type { EventLogLogger, EventLogObserver } from '../observer.js';
import { rangeWithin } from '../read/range.js';
import { appendTo } from './embedded-appender.js';
import { EmbeddedSubscription } from './embedded-subscription.js';
import { keepHouse } from './housekeeping.js';
import { Notifications } from './notifications.js';
import { ensureTopics } from './schema.js';
import { STORED_COLUMNS, type StoredRow, toStored } from './stored-row.js';
import { Topics } from './topics.js';

export interface EmbeddedEventLogSettings {
  readonly databaseUrl: string;
  /** Connections for queries; each subscription in `shared` mode has one more, and the log one to listen. */
  readonly connections: number;
  readonly append: AppendLimits;
  readonly backoff: BackoffPolicy;
  readonly pollEveryMs: number;
  readonly rebalanceEveryMs: number;
  readonly commitEveryMs: number;
  readonly housekeepingEveryMs: number;
  readonly readOnly: boolean;
}

const PAGE = 500;

/** The event log in PostgreSQL tables, for one machine without a broker. */
export class EmbeddedEventLog extends EventLog {
  readonly #pool: Pool;
  readonly #topics: Topics;
  readonly #notifications: Notifications;
  readonly #buffers = new Map<string, AppendBuffer>();
  readonly #subscriptions = new Set<Subscription>();
  #closed: Promise<void> | null = null;
  readonly #housekeeper: NodeJS.Timeout | null;

  constructor(
    private readonly settings: EmbeddedEventLogSettings,
    private readonly logger: EventLogLogger,
    private readonly observer: EventLogObserver,
  ) {
    super();
    this.#pool = new pg.Pool({
      connectionString: settings.databaseUrl,
      max: settings.connections,
      application_name: 'broadsheet-log',
      connectionTimeoutMillis: 5000,
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
      ...(settings.readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
    });
    this.#pool.on('error', (error) => logger.debug({ err: error }, 'an idle database connection broke')); // the pool replaces it
    this.#topics = new Topics(this.#pool);
    this.#notifications = new Notifications(settings.databaseUrl, logger);
    const { housekeepingEveryMs, readOnly } = settings;
    this.#housekeeper = readOnly ? null : setInterval(() => void this.#keepHouse(), housekeepingEveryMs).unref();
  }

  override connections(): { readonly used: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  override async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    await ensureTopics(this.#pool, specs);
  }

  override async append(topic: string, records: readonly NewRecord[], options: AppendOptions = {}): Promise<readonly Position[]> {
    const { partitions } = await this.#topics.get(topic);
    return this.#buffer(topic).append(toOutgoing(topic, partitions, records), options);
  }

  override async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const known = await Promise.all(options.topics.map((topic) => this.#topics.get(topic)));
    const { databaseUrl: url, backoff, pollEveryMs, rebalanceEveryMs, commitEveryMs } = this.settings;
    const subscription = new EmbeddedSubscription(
      this.#pool,
      { known, bounds: (topic) => this.#topics.bounds(topic) },
      this.#notifications,
      options,
      { url, maxBatch: options.maxBatch ?? 500, backoff, pollEveryMs, rebalanceEveryMs, commitEveryMs },
      this.logger,
      this.observer,
    );
    this.#subscriptions.add(subscription);
    return subscription;
  }

  override async *read(range: ReadRange): AsyncGenerator<StoredRecord> {
    const { id } = await this.#topics.get(range.topic);
    const { from, to } = rangeWithin(
      range,
      (await this.#topics.bounds(range.topic)).find(({ partition }) => partition === range.partition),
    );
    for (let next = from; next < to;) {
      const { rows } = await this.#pool.query<StoredRow>(
        `select ${STORED_COLUMNS} from log_records r where topic_id = $1 and partition = $2 and record_offset >= $3 and record_offset < $4 order by record_offset limit ${PAGE}`,
        [id, range.partition, String(next), String(to)],
      );
      for (const row of rows) yield toStored(range, row);
      if (rows.length < PAGE) return;
      next = BigInt(rows[rows.length - 1]!.record_offset) + 1n;
    }
  }

  override offsetsAt(topic: string, time: EpochMs): Promise<Positions> {
    return this.#topics.offsetsAt(topic, time);
  }

  override async bounds(topic: string): Promise<{ readonly earliest: Positions; readonly end: Positions }> {
    const bounds = await this.#topics.bounds(topic);
    return {
      earliest: Object.fromEntries(bounds.map(({ partition, earliest }) => [positionKey(topic, partition), String(earliest)])),
      end: Object.fromEntries(bounds.map(({ partition, end }) => [positionKey(topic, partition), String(end)])),
    };
  }

  override async ping(): Promise<void> {
    try {
      await this.#pool.query('select 1');
    } catch (error) {
      throw new LogUnavailableFailure(
        `PostgreSQL did not answer: ${error instanceof Error ? error.message : String(error)}`,
        {},
        { cause: error },
      );
    }
  }

  /** Compaction and retention now, instead of when their time comes. */
  async compactNow(): Promise<void> {
    await keepHouse(this.#pool, this.#topics, this.logger, { now: Date.now(), always: true });
  }

  override close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#housekeeper !== null) clearInterval(this.#housekeeper);
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    await Promise.all([...this.#buffers.values()].map((buffer) => buffer.close()));
    await this.#notifications.close();
    await this.#pool.end();
  }

  async #keepHouse(): Promise<void> {
    try {
      await keepHouse(this.#pool, this.#topics, this.logger, { now: Date.now() });
    } catch (error) {
      this.logger.warn({ err: error }, 'compaction and retention failed; trying again later');
    }
  }

  #buffer(topic: string): AppendBuffer {
    let buffer = this.#buffers.get(topic);
    if (buffer === undefined) {
      buffer = new AppendBuffer(
        topic,
        async (records) => appendTo(this.#pool, await this.#topics.get(topic), records),
        this.settings.append,
        this.observer,
      );
      this.#buffers.set(topic, buffer);
    }
    return buffer;
  }
}
