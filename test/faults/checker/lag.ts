import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../fleet/fleet.js';
import { archivePositions, logEnds } from './evidence.js';
import type { PositionSample } from './history.js';

const LOOK_EVERY_MS = 100;

/** Records that `positions` are behind `ends`. */
export const behind = (positions: PositionSample, ends: PositionSample): number =>
  Object.entries(ends).reduce((sum, [key, end]) => {
    const missing = end - (positions[key] ?? 0n);
    return sum + (missing > 0n ? Number(missing) : 0);
  }, 0);

const asBigints = (positions: Readonly<Record<string, string>>): PositionSample =>
  Object.fromEntries(Object.entries(positions).map(([key, next]) => [key, BigInt(next)]));

/** Records that the archive and the rankers that run are behind the log, by name. A ranker that does not answer is behind all of it. */
export const lags = async (fleet: Fleet): Promise<ReadonlyMap<string, number>> => {
  const ends = await logEnds(fleet);
  const found = new Map([['archive', behind(await archivePositions(fleet), ends)]]);
  for (const ranker of fleet.rankers) found.set(ranker.name, behind(asBigints((await ranker.state())?.positions ?? {}), ends));
  return found;
};

export interface Drained {
  readonly ms: number;
  /** false: the time was over. */
  readonly done: boolean;
  readonly left: string;
}

/** Waits until archive and all rankers, or those that are named, have everything that the log holds. */
export const drained = async (fleet: Fleet, limitMs: number, who?: readonly string[]): Promise<Drained> => {
  const began = performance.now();
  for (;;) {
    const left = await lags(fleet).then(
      (all) => [...all].filter(([name, records]) => records > 0 && (who === undefined || who.includes(name))),
      (error: unknown) => [[`not known: ${String(error)}`, 1] as const], // a store is away
    );
    const ms = performance.now() - began;
    if (left.length === 0) return { ms, done: true, left: 'nothing' };
    if (ms > limitMs) return { ms, done: false, left: left.map(([name, records]) => `${name} ${records}`).join(', ') };
    await sleep(LOOK_EVERY_MS);
  }
};
