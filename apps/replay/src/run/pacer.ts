import { setTimeout as wait } from 'node:timers/promises';

/** Waits longer than this are no pause of readers, but a stretch that nothing was asked in: an analyst who watches does not want to sit it out. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Lets moments pass as fast as they did, times `speed`; null = no waiting at all. The clock begins anew when time goes back, as it does between replicas
 * that are replayed one after the other.
 */
export const pacer = (
  speed: number | null,
  signal: AbortSignal,
  now: () => number = () => performance.now(),
): ((at: number) => Promise<void> | undefined) => {
  let origin: { readonly at: number; readonly clock: number } | null = null;
  let last = -Infinity;
  return (at) => {
    if (speed === null) return undefined;
    if (origin === null || at < last) origin = { at, clock: now() };
    last = at;
    const due = Math.min(LONGEST_WAIT_MS, (at - origin.at) / speed - (now() - origin.clock));
    // An interruption ends the wait; the engine sees it by itself.
    return due > 0 ? wait(due, undefined, { signal }).catch(() => undefined) : undefined;
  };
};
