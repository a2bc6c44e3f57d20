import { seededRandom } from '#ranking';
import type { Random } from '#ranking';
import { sha256 } from '../manifest/manifest.js';

/** Standard normal (Box and Muller). */
export const gaussian = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Shuffles in place (Fisher and Yates) and answers the same array. */
export const shuffle = <T extends { length: number; [index: number]: unknown }>(items: T, random: Random): T => {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const held = items[i];
    items[i] = items[j];
    items[j] = held;
  }
  return items;
};

/** The stream of one thing of a run, by its name: what else the run holds, and in which order, does not move it. */
export const randomOf = (seed: number, name: string): Random => seededRandom(Number.parseInt(sha256(`${seed}:${name}`).slice(0, 12), 16));
