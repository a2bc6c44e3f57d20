import type { Positions } from '#contracts';
import { PositionsFold } from '../fold/positions-fold.js';
import type { StateFaults } from './likeness.js';
import { Ranker } from './ranker.js';
import { rankedAgain } from './replayed-line.js';
import { handOn, type ReplayWork } from './replay-work.js';
import { foldedUpTo, type ServedPlace } from './served-index.js';
import { ServedRecords } from './served-records.js';
import { isMine } from './share.js';

/** A fold that goes forward through requests of one replica. */
interface Chain {
  readonly fold: PositionsFold;
  readonly ranker: Ranker;
}

const begin = async ({ options, vectors, signal, progress }: ReplayWork): Promise<Chain> => {
  const { source, start, sides } = options;
  const fold = await PositionsFold.begin({ source, start, vectors, signal, folded: (records) => progress.read(records) });
  return { fold, ranker: new Ranker(fold.state, sides) };
};

/** Records that one fold for each replica will read. */
const expected = (places: readonly ServedPlace[], start: Positions): number => {
  const began = foldedUpTo(start);
  const ends = new Map<string, number>();
  for (const { source, folded } of places) ends.set(source, Math.max(ends.get(source) ?? 0, folded - began));
  return [...ends.values()].reduce((sum, records) => sum + records, 0);
};

const faultsAt = (fold: PositionsFold, positions: Positions): StateFaults => ({
  'another-moment': false,
  'records-gone': fold.gone.length > 0,
  'papers-replaced': fold.gaps > 0n,
  'beyond-the-end': fold.isBeyondEnd(positions),
  'state-ahead': fold.beganPast(positions),
});

/**
 * Ranks each served request at the positions that it names. Positions of one replica only grow, so requests in the order of `ServedIndex.inChains` need one fold
 * for each run of a replica: where positions go back (another replica, or a restart from a snapshot) a new fold begins. Nothing is folded before
 * a request of this share needs it. Out: false when it was interrupted.
 */
export const rankInChains = async (work: ReplayWork, places: readonly ServedPlace[]): Promise<boolean> => {
  const { options, signal } = work;
  work.progress.expect(
    expected(
      places.filter((_, cursor) => isMine(options, cursor)),
      options.start.positions,
    ),
  );
  const records = new ServedRecords(options.source, options.range);
  let chain: Chain | undefined;
  try {
    for (const [cursor, place] of places.entries()) {
      if (!isMine(options, cursor)) continue;
      if (signal.aborted) return false;
      const { data } = await records.at(place);
      if (chain?.fold.isPast(data.positions) === true) {
        await chain.fold.close();
        chain = undefined;
      }
      chain ??= await begin(work);
      if (!(await chain.fold.advance(data.positions))) return false;
      await handOn(work, await rankedAgain(chain.ranker, data, faultsAt(chain.fold, data.positions)), cursor);
    }
    return true;
  } finally {
    await chain?.fold.close();
  }
};
