import type { Positions } from '#contracts';
import type { Cursor, EngineOptions } from './engine-types.js';
import { Ranker } from './ranker.js';
import { rankedAgain } from './replayed-line.js';
import { handOn, type ReplayWork } from './replay-work.js';
import { foldedUpTo } from './served-index.js';
import type { OrderedPlaces, ServedPlace } from './served-places.js';
import { faultsAt, walkServed } from './served-walk.js';
import { isMine } from './share.js';

interface PlaceOfShare extends ServedPlace {
  /** Place in the order of all kept requests. */
  readonly cursor: Cursor;
}

/** Those that this worker ranks. */
function* shareOf(places: OrderedPlaces, options: EngineOptions): Generator<PlaceOfShare> {
  let cursor = 0;
  for (const place of places) {
    if (isMine(options, cursor)) yield { ...place, cursor };
    cursor += 1;
  }
}

/** Records that one fold for each replica will read. */
const expected = (places: Iterable<ServedPlace>, start: Positions): number => {
  const began = foldedUpTo(start);
  const ends = new Map<string, number>();
  for (const { source, folded } of places) ends.set(source, Math.max(ends.get(source) ?? 0, folded - began));
  return [...ends.values()].reduce((sum, records) => sum + records, 0);
};

/** Ranks each served request of this share at the positions that it names, chain by chain. Out: false when it was interrupted. */
export const rankInChains = async (work: ReplayWork, places: OrderedPlaces): Promise<boolean> => {
  const { options, vectors, signal, progress } = work;
  const { source, range, start, sides } = options;
  progress.expect(expected(shareOf(places, options), start.positions));
  let ranker: Ranker | undefined;
  const folded = (records: number): void => progress.read(records);
  return walkServed({ source, range, start, vectors, signal, folded }, shareOf(places, options), async ({ data }, fold, { cursor }) => {
    if (ranker?.state !== fold.state) ranker = new Ranker(fold.state, sides);
    await handOn(work, await rankedAgain(ranker, data, faultsAt(fold, data.positions)), cursor);
  });
};
