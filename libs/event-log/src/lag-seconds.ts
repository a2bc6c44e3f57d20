import type { EpochMs, Positions } from '#contracts';
import { pause } from './backoff.js';
import type { Subscription } from './event-log.js';

/** Ends of partitions are told every second or more often: a time without one that is clearly longer is a silence. */
export const SILENCE_MS = 1_500;

/** How long one waits to be told what waits, and how often one looks. */
const LISTEN_MS = 1_000;
const LOOK_MS = 10;

/** What a consumer has not handled yet, and when that was last known, by `topic/partition`. */
export type Followed = Pick<Subscription, 'lag' | 'waiting' | 'heard'>;

/** The same of a consumer that may not have begun: until then it holds no partition. */
export const followedOnceBegun = (subscription: () => Followed | null): Followed => ({
  lag: () => subscription()?.lag() ?? new Map(),
  waiting: (done) => subscription()?.waiting(done) ?? new Map(),
  heard: () => subscription()?.heard() ?? new Map(),
});

/** Everything that is known to wait has arrived, and no partition is silent. */
const isSure = (followed: Followed, now: EpochMs): boolean => {
  const heard = followed.heard();
  return [...followed.waiting().keys()].every((key) => heard.has(key)) && [...heard.values()].every((at) => now - at <= SILENCE_MS);
};

/**
 * Gives a process that was stopped, or has just begun, the moment that it takes to hear what waits for it, before it says how far behind it is:
 * a second at most, and none as long as the log is heard.
 */
export const untilHeard = async (followed: readonly Followed[], now: () => EpochMs = Date.now): Promise<void> => {
  for (let waited = 0; waited < LISTEN_MS && !followed.every((each) => isSure(each, now())); waited += LOOK_MS) await pause(LOOK_MS);
};

/**
 * Lag of every partition in seconds: the age of the oldest record that waits to be handled, 0 when none does. Of a partition whose log has been
 * silent it is at least the length of the silence: nobody can know what waits there, and a consumer that is cut off must not look well.
 * Ages are ours minus the log's: what the clocks of this machine and of the broker's differ by is in them.
 * @param done next offset of each partition that waits, where the handler knows better how far it is within its batches
 */
export const lagSeconds = (followed: Followed, now: EpochMs, done?: Positions): ReadonlyMap<string, number> => {
  const since = new Map<string, EpochMs>([...followed.lag().keys()].map((key) => [key, now]));
  for (const [key, at] of followed.waiting(done)) since.set(key, at);
  for (const [key, at] of followed.heard()) if (now - at > SILENCE_MS) since.set(key, Math.min(at, since.get(key) ?? now));
  return new Map([...since].map(([key, at]) => [key, Math.max(0, now - at) / 1000]));
};
