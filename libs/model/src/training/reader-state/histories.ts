import type { Random } from '#ranking';
import { shuffle } from '../random.js';

/** What one reader did, oldest first. */
export interface ActionHistory {
  /** Numbers of items. */
  readonly items: Int32Array;
  /** How much each action speaks for its item; same length. */
  readonly strengths: Float32Array;
  /** For each place, where its moment ends (exclusive): what was done at one moment has no order. Without it every action has a moment of its own. */
  readonly moments?: Int32Array;
}

/**
 * What may come after a place: the rest of its own moment, or else all of the next moment, each as likely as the other; at least `horizon` actions where there are so many. So the lot that
 * ordered the actions of a moment teaches nothing.
 */
export const nextOf = ({ items, moments }: ActionHistory, at: number, horizon: number): Int32Array =>
  items.subarray(at + 1, Math.max(at + 1 + horizon, moments?.[at + 1] ?? 0));

/** A stretch of one history that goes through the layers at once. */
export interface Stretch {
  readonly history: ActionHistory;
  /** Places `from` to `to` (exclusive) are read; each is asked for what comes after it. */
  readonly from: number;
  readonly to: number;
}

/** Histories cut into stretches of at most `longest` places that have something after them. With a learned decay, what lies further back hardly counts. */
export const stretchesOf = (histories: readonly ActionHistory[], longest: number): Stretch[] =>
  histories.flatMap((history) => {
    const places = history.items.length - 1;
    return Array.from({ length: Math.ceil(Math.max(0, places) / longest) }, (_, index) => ({
      history,
      from: index * longest,
      to: Math.min(places, (index + 1) * longest),
    }));
  });

/** How many batches are sorted by length among themselves: enough that little is filled up, few enough that batches stay mixed. */
const POOL = 12;

/** All stretches in batches of like length, in an order by chance. */
export const batchesOf = (stretches: readonly Stretch[], size: number, random: Random): Stretch[][] => {
  const order = shuffle([...stretches], random);
  const batches: Stretch[][] = [];
  for (let from = 0; from < order.length; from += POOL * size) {
    const pool = order.slice(from, from + POOL * size).sort((a, b) => a.to - a.from - (b.to - b.from));
    for (let at = 0; at < pool.length; at += size) batches.push(pool.slice(at, at + size));
  }
  return shuffle(batches, random);
};
