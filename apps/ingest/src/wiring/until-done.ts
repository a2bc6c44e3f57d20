import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '#contracts';
import type { Logger } from '#telemetry';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Does `work` until it succeeds: a service that starts before its broker or database waits for them instead of dying.
 * @throws what `work` threw, when it says that trying again cannot help, or once `signal` is aborted.
 */
export const untilDone = async <T>(what: string, work: () => Promise<T>, logger: Logger, signal: AbortSignal): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (error instanceof Failure && !error.retryable) throw error;
      logger.warn({ err: error, attempt }, `${what} failed; trying again`);
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      await sleep(wait, undefined, { signal });
    }
  }
};
