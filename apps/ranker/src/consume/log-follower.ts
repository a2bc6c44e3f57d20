import { Failure, type Positions } from '#contracts';
import type { Batch, EventLog, Subscription } from '#event-log';

export interface LogFollowerParts {
  readonly log: Pick<EventLog, 'subscribe'>;
  readonly topics: readonly string[];
  /** Name of this replica's consumer for lag tools. */
  readonly group: string;
  /** Where the state stands: the next offset of every partition that it has seen. */
  readonly positions: () => Positions;
  /** What must be so before the first record is folded. @throws a Failure that is not retryable when it never will be. */
  readonly prepare: () => Promise<void>;
  readonly handle: (batch: Batch) => Promise<void>;
  /** Called with each subscription that begins. */
  readonly following: (subscription: Subscription) => void;
  /** An attempt to subscribe failed; another follows. */
  readonly failed: (error: unknown) => void;
  /** Trouble that does not pass: nothing follows. */
  readonly fatal: (failure: Failure) => void;
  readonly backoffMs: { readonly first: number; readonly most: number };
}

/**
 * Keeps one subscription to the log. The log may be away when the process starts: then it is asked again, with growing waits, for as
 * long as it takes. Once subscribed, the adapter reconnects by itself.
 */
export class LogFollower {
  private subscription: Subscription | undefined;
  private attempts: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(private readonly parts: LogFollowerParts) {}

  start(): void {
    this.attempts = this.subscribe();
  }

  /** Finishes the batches under way and leaves. What is in the state by then is what the last snapshot holds. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.attempts;
    await this.subscription?.stop();
  }

  private async subscribe(): Promise<void> {
    const { log, topics, group, positions, prepare, handle, following, failed, fatal, backoffMs } = this.parts;
    for (let wait = backoffMs.first; !this.stopping.signal.aborted; wait = Math.min(wait * 2, backoffMs.most)) {
      try {
        await prepare();
        this.subscription = await log.subscribe({ topics, mode: 'all', group, start: () => Promise.resolve(positions()), handle });
        following(this.subscription);
        return;
      } catch (error) {
        if (error instanceof Failure && !error.retryable) {
          fatal(error);
          return;
        }
        failed(error);
        await pause(wait * (0.5 + Math.random() / 2), this.stopping.signal);
      }
    }
  }
}

/** Ends early when the signal fires. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
