/** Milliseconds. `jitter` is the share of the delay that is random, so that replicas do not come back together. */
export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly jitter: number;
}

/** Delay before try number `attempt` (1 = first repetition): doubles up to `maxMs`, spread downwards. `random` in [0, 1). */
export const backoffMs = (policy: BackoffPolicy, attempt: number, random: number): number => {
  const full = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt - 1, 30));
  return full * (1 - policy.jitter * random);
};

/** Waits, or returns early when `signal` aborts. Never rejects. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
