import { setTimeout as sleep } from 'node:timers/promises';
import { KeepAlive, type Response } from './http-load.js';

/** One request of the open loop, as it went. Times in ms of `performance.now()`. */
export interface Arrival<T> {
  readonly tag: T;
  /** When it was due: latency counts from here, also the time that it waited for a connection or for us. */
  readonly dueAt: number;
  readonly sentAt: number;
  readonly doneAt: number;
  /** Null when the connection failed or the time was over. */
  readonly response: Response | null;
  /** Why there is no response. */
  readonly failure: string | null;
}

export interface OpenLoopOptions<T> {
  readonly url: URL;
  /** The n-th request and a word for what it asks. */
  readonly request: (index: number) => { readonly bytes: Buffer; readonly tag: T };
  readonly perSecond: number;
  readonly done: (arrival: Arrival<T>) => void;
}

const MOST_CONNECTIONS = 512;
const LONGEST_MS = 10_000;
/** Well before a server hangs up on it: a request must not meet a hang-up on its way. */
const MOST_IDLE_MS = 3_000;

/**
 * Sends requests by the clock, whether or not earlier ones were answered: a server that stands still for a second meets all requests of that second, and each counts as
 * late as it was. A loop that waits for its answers would send fewer just when the server is slow (coordinated omission).
 */
export class OpenLoop<T> {
  private readonly idle: { readonly connection: KeepAlive; readonly since: number }[] = [];
  private open = 0;
  private under = 0;
  private running = true;
  private readonly waiting: ((connection: KeepAlive) => void)[] = [];
  private readonly loop: Promise<void>;

  constructor(private readonly options: OpenLoopOptions<T>) {
    this.loop = this.run();
  }

  /** Sends no more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.running = false;
    await this.loop;
    while (this.under > 0) await sleep(5);
    for (const { connection } of this.idle) connection.close();
  }

  private async run(): Promise<void> {
    const began = performance.now();
    const everyMs = 1000 / this.options.perSecond;
    for (let index = 0; this.running;) {
      const due = began + index * everyMs;
      const now = performance.now();
      if (now < due) {
        await sleep(Math.max(0, Math.floor(due - now)));
        continue;
      }
      void this.send(index, due);
      index += 1;
    }
  }

  private async send(index: number, dueAt: number): Promise<void> {
    const { bytes, tag } = this.options.request(index);
    this.under += 1;
    let connection: KeepAlive | undefined;
    let response: Response | null = null;
    let failure: string | null = null;
    let sentAt = performance.now();
    try {
      connection = await this.connection();
      sentAt = performance.now();
      response = await within(connection.send(bytes), LONGEST_MS);
      this.give(connection);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      if (connection !== undefined) this.open -= 1;
      connection?.close();
    }
    this.under -= 1;
    this.options.done({ tag, dueAt, sentAt, doneAt: performance.now(), response, failure });
  }

  private async connection(): Promise<KeepAlive> {
    for (let idle = this.idle.pop(); idle !== undefined; idle = this.idle.pop()) {
      if (!idle.connection.over && performance.now() - idle.since < MOST_IDLE_MS) return idle.connection;
      idle.connection.close();
      this.open -= 1;
    }
    if (this.open >= MOST_CONNECTIONS) return new Promise((resolve) => this.waiting.push(resolve));
    this.open += 1;
    return KeepAlive.open(this.options.url).catch((error: unknown) => {
      this.open -= 1;
      throw error;
    });
  }

  private give(connection: KeepAlive): void {
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push({ connection, since: performance.now() });
    else next(connection);
  }
}

const within = async <R>(work: Promise<R>, ms: number): Promise<R> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
