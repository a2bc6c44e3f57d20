import type { FeedServed, Positions } from '#contracts';
import type { PaperVectors } from '../fold/paper-vectors.js';
import { PositionsFold } from '../fold/positions-fold.js';
import type { RecordSource } from '../fold/record-source.js';
import type { StartState } from './engine-types.js';
import type { StateFaults } from './likeness.js';
import type { ServedPlace } from './served-places.js';
import { ServedRecords } from './served-records.js';

export interface ServedWalk {
  readonly source: RecordSource;
  /** Where the served records stand. */
  readonly range: { readonly from: Positions; readonly to: Positions };
  readonly start: StartState;
  readonly vectors: PaperVectors;
  readonly signal: AbortSignal;
  /** Records folded since it was last told. */
  readonly folded?: (records: number) => void;
}

/** A served request, with the state at the positions that it names. `fold.state` is another object after each beginning of a fold. */
export type VisitServed<P extends ServedPlace> = (served: FeedServed, fold: PositionsFold, place: P) => Promise<void>;

/**
 * Visits served requests with the state that each was answered from. Positions of one replica only grow, so places in the order of `ServedIndex.inChains`
 * need one fold for each run of a replica: where positions go back (another replica, or a restart from a snapshot) a new fold begins. Nothing
 * is folded before a request needs it. Out: false when it was interrupted.
 */
export const walkServed = async <P extends ServedPlace>(
  { source, range, start, vectors, signal, folded }: ServedWalk,
  places: Iterable<P>,
  visit: VisitServed<P>,
): Promise<boolean> => {
  const records = new ServedRecords(source, range);
  let fold: PositionsFold | undefined;
  try {
    for (const place of places) {
      if (signal.aborted) return false;
      const served = await records.at(place);
      if (fold?.isPast(served.data.positions) === true) {
        await fold.close();
        fold = undefined;
      }
      fold ??= await PositionsFold.begin({ source, start, vectors, signal, ...(folded === undefined ? {} : { folded }) });
      if (!(await fold.advance(served.data.positions))) return false;
      await visit(served, fold, place);
    }
    return true;
  } finally {
    await fold?.close();
  }
};

/** What is to be known of a state at the positions of a request before its answer is compared with what was served. */
export const faultsAt = (fold: PositionsFold, positions: Positions): StateFaults => ({
  'another-moment': false,
  'records-gone': fold.gone.length > 0,
  'papers-replaced': fold.gaps > 0n,
  'beyond-the-end': fold.isBeyondEnd(positions),
  'state-ahead': fold.beganPast(positions),
});
