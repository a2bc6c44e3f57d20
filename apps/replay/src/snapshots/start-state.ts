import type { Positions } from '#contracts';
import { RankingState, type StateConfig } from '#ranking';
import type { StartState } from '../rerank/engine-types.js';
import type { StoredState } from './snapshot-file.js';

/** Nothing folded: every partition from the earliest record that was kept when the run was planned. */
export const coldStart = (config: StateConfig, earliest: Positions): StartState => ({
  make: () => RankingState.empty(config),
  positions: earliest,
});

/**
 * A stored state to go on from. Vectors of another encoder are not used: then papers have no position, and are folded again from their beginning.
 * @throws {StateSnapshotFailure} the state is of other sizes or of another version.
 */
export const startFrom = ({ bytes }: Pick<StoredState, 'bytes'>, config: StateConfig): StartState => {
  const make = (): RankingState => RankingState.deserialize(bytes, config);
  return { make, positions: make().positions };
};
