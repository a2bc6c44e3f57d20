import { Client } from 'pg';
import { backoffMs, pause } from '../backoff.js';
import type { EventLogLogger } from '../observer.js';

/** Payload: name of the topic that has new records. */
export const RECORDS_CHANNEL = 'broadsheet_log_records';
/** Payload: name of the group whose members or leases changed. */
export const GROUPS_CHANNEL = 'broadsheet_log_groups';

const RECONNECT = { firstMs: 100, maxMs: 5000, jitter: 0.5 };

type Listener = (payload: string) => void;

/**
 * One connection that listens. It only makes things quick: whoever waits for a notification also looks by itself from
 * time to time, because notifications are lost while the connection is.
 */
export class Notifications {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #stopping = new AbortController();
  #client: Client | null = null;
  #running: Promise<void> | null = null;

  constructor(
    private readonly url: string,
    private readonly logger: EventLogLogger,
  ) {}

  /** @returns how to stop listening */
  on(channel: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(channel, listeners);
    this.#running ??= this.#run();
    return () => void listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#client?.end().catch(() => {});
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      try {
        await this.#listenUntilClosed(() => (attempt = 0));
      } catch (error) {
        this.logger.warn({ err: error }, 'listening for notifications failed; polling until it works again');
      }
      if (!this.#stopping.signal.aborted) await pause(backoffMs(RECONNECT, attempt + 1, Math.random()), this.#stopping.signal);
    }
  }

  async #listenUntilClosed(onConnected: () => void): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'broadsheet-log-listener',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    const closed = new Promise<void>((resolve) => client.once('end', () => resolve()));
    client.on('error', (error) => this.logger.debug({ err: error }, 'the listening connection broke')); // 'end' follows
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''));
    try {
      await client.connect();
      this.#client = client;
      await client.query(`listen ${RECORDS_CHANNEL}; listen ${GROUPS_CHANNEL}`);
      onConnected();
      this.#wakeAll(); // what came while nobody listened
      if (this.#stopping.signal.aborted) void client.end();
      await closed;
    } finally {
      this.#client = null;
      await client.end().catch(() => {});
    }
  }

  #tell(channel: string, payload: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(payload);
  }

  #wakeAll(): void {
    for (const channel of this.#listeners.keys()) this.#tell(channel, '');
  }
}
