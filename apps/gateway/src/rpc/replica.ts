import { types } from 'node:util';
import { ClientTCP } from '@nestjs/microservices';
import type { EpochMs } from '#contracts';
import { makeCall, noTracing, type Tracing } from '#telemetry';
import { CallFailure } from './rpc.failures.js';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Backoff of an ejected replica: doubles from the first to the last with every failure in a row. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_LAST_MS = 8_000;
/** One late answer is a hiccup; this many in a row is a replica that is stuck. */
const TIMEOUTS_TO_EJECT = 3;

/**
 * One peer process behind one Nest TCP socket.
 *
 * Nest's client keeps the promise of its first connection, so a client that failed or lost its socket is closed and a new one made for
 * the next call; and it drops messages for a closed socket without a word, so every call has a timer of its own.
 */
export class Replica {
  readonly name: string;
  /** Calls for work that were sent and are not yet answered. */
  inFlight = 0;
  private client: ClientTCP | undefined;
  /** Of calls for work, in a row. */
  private failures = 0;
  private ejectedUntil: EpochMs = 0;
  private healthy = true;
  private closed = false;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly now: () => EpochMs = Date.now,
    private readonly tracing: Tracing = noTracing,
  ) {
    this.name = `${endpoint.host}:${endpoint.port}`;
  }

  /** May be given work: neither ejected nor, by its last probe, unready. */
  get usable(): boolean {
    return this.healthy && this.now() >= this.ejectedUntil;
  }

  /**
   * Asks for work. Failures in a row take the replica out of use for a while. A request that is traced gets a span for each replica asked.
   * @throws {CallFailure} PEER_TIMEOUT, PEER_CLOSED (both may go away) or PEER_ERROR (the handler threw).
   */
  call(pattern: string, payload: object, timeoutMs: number): Promise<unknown> {
    return makeCall(this.tracing, pattern, this.endpoint, payload, (message) => this.work(pattern, message, timeoutMs));
  }

  private async work(pattern: string, payload: object, timeoutMs: number): Promise<unknown> {
    this.inFlight += 1;
    try {
      const answer = await this.send(pattern, payload, timeoutMs);
      this.failures = 0;
      return answer;
    } catch (error) {
      const failure = this.failureOf(error);
      this.failed(failure);
      throw failure;
    } finally {
      this.inFlight -= 1;
    }
  }

  /**
   * Asks how the replica is. Says nothing of its work, either way: a process may answer health in a millisecond and be stuck with every
   * ranking, or rank well while one probe is late.
   * @throws {CallFailure} as `call` does
   */
  async check(pattern: string, timeoutMs: number): Promise<unknown> {
    try {
      return await this.send(pattern, {}, timeoutMs);
    } catch (error) {
      const failure = this.failureOf(error);
      if (failure.code === 'PEER_CLOSED') this.disconnect();
      throw failure;
    }
  }

  /** What a probe found. An unready replica gets no work until a probe says otherwise; an ejected one waits until its time is over. */
  probed(ready: boolean): void {
    this.healthy = ready;
  }

  /** For good: calls that come later fail. */
  close(): void {
    this.closed = true;
    this.disconnect();
  }

  private disconnect(): void {
    const client = this.client;
    this.client = undefined;
    client?.close();
  }

  private send(pattern: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    if (this.closed) return Promise.reject(new CallFailure('PEER_CLOSED', `${this.name}: closed`, true));
    const client = (this.client ??= this.connected());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        subscription.unsubscribe();
        reject(new CallFailure('PEER_TIMEOUT', `${this.name}: no answer in ${Math.round(timeoutMs)} ms`, true));
      }, timeoutMs);
      const subscription = client.send<unknown, unknown>(pattern, payload).subscribe({
        next: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        error: (error: unknown) => {
          clearTimeout(timer);
          // Nest answers `{status: 'error', message}` when a handler threw, and an Error when the socket failed.
          reject(types.isNativeError(error) ? error : new CallFailure('PEER_ERROR', `${this.name}: ${messageOf(error)}`, false));
        },
        complete: () => {
          clearTimeout(timer);
          reject(new CallFailure('PEER_ERROR', `${this.name}: ended without an answer`, false));
        },
      });
    });
  }

  private connected(): ClientTCP {
    const client = new QuietClientTCP({ host: this.endpoint.host, port: this.endpoint.port });
    client.status.subscribe((status) => {
      // Nest declares these names as a const enum, which is not there at run time.
      const name: string = status;
      if (name === 'disconnected' && this.client === client) this.disconnect();
    });
    return client;
  }

  private failureOf(error: unknown): CallFailure {
    return error instanceof CallFailure ? error : new CallFailure('PEER_CLOSED', `${this.name}: ${messageOf(error)}`, true);
  }

  private failed(failure: CallFailure): void {
    if (failure.code === 'PEER_ERROR') return;
    this.failures += 1;
    if (failure.code === 'PEER_CLOSED') this.disconnect();
    if (failure.code === 'PEER_TIMEOUT' && this.failures < TIMEOUTS_TO_EJECT) return;
    this.disconnect();
    this.ejectedUntil = this.now() + Math.min(BACKOFF_FIRST_MS * 2 ** (this.failures - 1), BACKOFF_LAST_MS);
  }
}

/** Nest logs socket errors on its own; ours are counted and logged once, by the pool. */
class QuietClientTCP extends ClientTCP {
  override handleError(): void {
    return;
  }
}

const messageOf = (error: unknown): string => {
  if (error !== null && typeof error === 'object' && 'message' in error) return String(error.message);
  return String(error);
};
