import type { Positions } from '#contracts';
import { Ranker } from './ranker.js';
import { rankedAgain } from './replayed-line.js';
import { handOn, type ReplayWork } from './replay-work.js';
import { foldedUpTo, type ServedPlace } from './served-index.js';
import { faultsAt, walkServed } from './served-walk.js';
import { isMine } from './share.js';

/** Records that one fold for each replica will read. */
const expected = (places: readonly ServedPlace[], start: Positions): number => {
  const began = foldedUpTo(start);
  const ends = new Map<string, number>();
  for (const { source, folded } of places) ends.set(source, Math.max(ends.get(source) ?? 0, folded - began));
  return [...ends.values()].reduce((sum, records) => sum + records, 0);
};

/** Ranks each served request of this share at the positions that it names, chain by chain. Out: false when it was interrupted. */
export const rankInChains = async (work: ReplayWork, places: readonly ServedPlace[]): Promise<boolean> => {
  const { options, vectors, signal, progress } = work;
  const { source, range, start, sides } = options;
  const mine = places.map((place, cursor) => ({ ...place, cursor })).filter(({ cursor }) => isMine(options, cursor));
  progress.expect(expected(mine, start.positions));
  let ranker: Ranker | undefined;
  const folded = (records: number): void => progress.read(records);
  return walkServed({ source, range, start, vectors, signal, folded }, mine, async ({ data }, fold, { cursor }) => {
    if (ranker?.state !== fold.state) ranker = new Ranker(fold.state, sides);
    await handOn(work, await rankedAgain(ranker, data, faultsAt(fold, data.positions)), cursor);
  });
};
