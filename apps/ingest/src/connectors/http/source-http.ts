import { setTimeout as sleep } from 'node:timers/promises';
import { SourceFailure } from '../source.failure.js';
import { retryAfterMs } from './retry-after.js';

export interface SourceAnswer<T> {
  readonly value: T;
  readonly headers: Headers;
}

export interface SourceHttpSettings {
  /** Who we are and where to complain: `Broadsheet/<version> (+url)`. */
  readonly userAgent: string;
  /** Longest wait for a whole answer; default 30 s. */
  readonly timeoutMs?: number;
  /** Tries of one request, the first included; default 6. */
  readonly attempts?: number;
  /** First wait between tries, doubled every time; default 1 s. */
  readonly backoffMs?: number;
  /** Least time between the beginnings of two requests; default none. */
  readonly intervalMs?: number;
  /** Longest answer that is read; default 32 MiB. */
  readonly maxBytes?: number;
}

/** Longest wait between tries, whatever a server asks for: a run that sleeps for hours looks dead. */
const MAX_WAIT_MS = 5 * 60_000;

/** A try that failed in a way that may pass. */
class Passing extends Error {
  constructor(
    message: string,
    readonly waitMs: number | null = null,
  ) {
    super(message);
  }
}

/**
 * Asks one source, politely: one request at a time, a least interval, waits that grow and honour Retry-After, bounded time and
 * size. An answer that cannot be read (cut JSON, broken XML) counts as a failed try, since the next one is usually whole.
 */
export class SourceHttp {
  private readonly settings: Required<SourceHttpSettings>;
  private lastBegan = -Infinity;

  constructor(settings: SourceHttpSettings) {
    this.settings = { timeoutMs: 30_000, attempts: 6, backoffMs: 1_000, intervalMs: 0, maxBytes: 32 * 1024 * 1024, ...settings };
  }

  /** @throws {SourceFailure} refused for good, or all tries failed. */
  async get<T>(url: URL, read: (body: string) => T, signal: AbortSignal): Promise<SourceAnswer<T>> {
    const { attempts, backoffMs } = this.settings;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.pace(signal);
        return await this.once(url, read, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof SourceFailure) throw error;
        const message = error instanceof Error ? error.message : 'failed';
        if (attempt >= attempts)
          throw new SourceFailure(`${url.host} failed ${attempt} times: ${message}`, { url: url.href }, { cause: error });
        const grown = backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
        await sleep(Math.min(MAX_WAIT_MS, Math.max(grown, error instanceof Passing ? (error.waitMs ?? 0) : 0)), undefined, { signal });
      }
    }
  }

  private async pace(signal: AbortSignal): Promise<void> {
    const wait = this.lastBegan + this.settings.intervalMs - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal });
    this.lastBegan = performance.now();
  }

  private async once<T>(url: URL, read: (body: string) => T, signal: AbortSignal): Promise<SourceAnswer<T>> {
    const response = await fetch(url, {
      headers: { 'user-agent': this.settings.userAgent },
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.settings.timeoutMs)]),
    });
    if (response.status === 429 || response.status >= 500) {
      await response.body?.cancel();
      throw new Passing(`answered ${response.status}`, retryAfterMs(response.headers.get('retry-after'), Date.now()));
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new SourceFailure(`${url.host} answered ${response.status}`, { url: url.href, status: response.status });
    }
    return { value: this.readable(await this.body(response), read), headers: response.headers };
  }

  private async body(response: Response): Promise<string> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += part.byteLength;
      if (bytes > this.settings.maxBytes)
        throw new SourceFailure(`the answer is over ${this.settings.maxBytes} bytes`, { url: response.url });
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  private readable<T>(body: string, read: (body: string) => T): T {
    try {
      return read(body);
    } catch (error) {
      if (error instanceof SourceFailure) throw error;
      throw new Passing(`sent an answer that cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }
}
