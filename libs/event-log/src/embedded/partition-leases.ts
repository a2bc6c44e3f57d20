import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { backoffMs, pause } from '../backoff.js';
import type { EventLogLogger } from '../observer.js';
import { type TopicPartition, partitionKey } from '../subscribe/topic-partition.js';
import { GROUPS_CHANNEL, type Notifications } from './notifications.js';

export interface LeaseOptions {
  readonly url: string;
  readonly group: string;
  readonly partitions: readonly TopicPartition[];
  readonly rebalanceEveryMs: number;
  /** These are ours now, and no others; what is missing may be given away when it resolves. */
  onAssigned(partitions: readonly TopicPartition[]): Promise<void>;
}

const RECONNECT = { firstMs: 100, maxMs: 5000, jitter: 0.5 };

/**
 * Divides partitions over the live members of a group. Each member has one database session that holds an advisory lock for
 * every partition it works on; a member that is killed loses its session, and with it its locks, at once. Who should have
 * what follows from the sorted list of members, so all come to the same answer; the locks decide when they do not.
 */
export class PartitionLeases {
  readonly #member = randomUUID();
  readonly #stopping = new AbortController();
  readonly #held = new Map<string, TopicPartition>();
  readonly #unlisten: () => void;
  #wake: (() => void) | null = null;
  #woken = false;
  readonly #running: Promise<void>;
  #settled: (() => void) | null = null;
  /** Resolves after the first division. */
  readonly settled: Promise<void>;

  constructor(
    private readonly options: LeaseOptions,
    notifications: Notifications,
    private readonly logger: EventLogLogger,
  ) {
    this.settled = new Promise((resolve) => (this.#settled = resolve));
    this.#unlisten = notifications.on(GROUPS_CHANNEL, (group) => {
      if (group === options.group || group === '') this.#look();
    });
    this.#running = this.#run();
  }

  /** Leaves the group: the others take over at once. Call when nothing is handled any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#unlisten();
    this.#look();
    await this.#running;
  }

  #look(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      try {
        await this.#hold(() => (attempt = 0));
      } catch (error) {
        this.logger.warn({ group: this.options.group, err: error }, 'the session that holds the partitions broke; they may be taken over');
      }
      if (this.#stopping.signal.aborted) return;
      this.#held.clear();
      await this.options.onAssigned([]);
      await pause(backoffMs(RECONNECT, attempt + 1, Math.random()), this.#stopping.signal);
    }
  }

  /** Joins, divides again and again, and leaves. Throws when the session breaks. */
  async #hold(onJoined: () => void): Promise<void> {
    const { url, group, rebalanceEveryMs } = this.options;
    const session = new Client({
      connectionString: url,
      application_name: 'broadsheet-log-leases',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    session.on('error', () => this.#look()); // the next query reports it
    try {
      await session.connect();
      // A machine that vanished without a word gives its partitions back within half a minute.
      await session.query('set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3');
      await session.query(
        `insert into log_members (group_name, member_id, backend_pid, backend_start)
         select $1, $2, pid, backend_start from pg_stat_activity where pid = pg_backend_pid()
         on conflict (group_name, member_id) do update set backend_pid = excluded.backend_pid, backend_start = excluded.backend_start`,
        [group, this.#member],
      );
      await this.#tellOthers(session);
      onJoined();
      while (!this.#stopping.signal.aborted) {
        this.#woken = false;
        await this.#divide(session);
        this.#settled?.();
        await this.#waitForChange(rebalanceEveryMs);
      }
      await session.query('delete from log_members where group_name = $1 and member_id = $2', [group, this.#member]);
      await session.query('select pg_advisory_unlock_all()');
      await this.#tellOthers(session);
    } finally {
      await session.end().catch(() => {});
    }
  }

  async #divide(session: Client): Promise<void> {
    const wanted = await this.#wanted(session);
    const surplus = [...this.#held.keys()].filter((key) => !wanted.has(key));
    if (surplus.length > 0) {
      for (const key of surplus) this.#held.delete(key);
      await this.options.onAssigned([...this.#held.values()]); // their last batches have ended now
      await session.query('select pg_advisory_unlock(k) from unnest($1::text[]) n, hashtextextended(n, 0) k', [
        surplus.map((key) => this.#lockName(key)),
      ]);
      await this.#tellOthers(session);
    }
    const missing = [...wanted.keys()].filter((key) => !this.#held.has(key));
    if (missing.length === 0) return;
    const { rows } = await session.query<{ got: boolean }>(
      'select pg_try_advisory_lock(hashtextextended(n, 0)) as got from unnest($1::text[]) with ordinality t(n, at) order by at',
      [missing.map((key) => this.#lockName(key))],
    );
    const got = missing.filter((_, index) => rows[index]!.got);
    for (const key of got) this.#held.set(key, wanted.get(key)!);
    if (got.length > 0) await this.options.onAssigned([...this.#held.values()]);
  }

  /** Every n-th partition, n being the number of members whose session lives. */
  async #wanted(session: Client): Promise<Map<string, TopicPartition>> {
    await session.query(
      `delete from log_members m where group_name = $1
       and not exists (select from pg_stat_activity a where a.pid = m.backend_pid and a.backend_start = m.backend_start)`,
      [this.options.group],
    );
    const { rows } = await session.query<{ member_id: string }>(
      'select member_id from log_members where group_name = $1 order by member_id',
      [this.options.group],
    );
    const mine = rows.findIndex(({ member_id }) => member_id === this.#member);
    const share = this.options.partitions.filter((_, index) => index % rows.length === mine);
    return new Map(share.map((at) => [partitionKey(at), at]));
  }

  #lockName(key: string): string {
    return `broadsheet-log ${this.options.group} ${key}`;
  }

  async #tellOthers(session: Client): Promise<void> {
    await session.query('select pg_notify($1, $2)', [GROUPS_CHANNEL, this.options.group]);
  }

  async #waitForChange(ms: number): Promise<void> {
    if (this.#woken || this.#stopping.signal.aborted) return;
    const waited = new AbortController();
    this.#wake = () => waited.abort();
    await pause(ms, waited.signal);
    this.#wake = null;
  }
}
