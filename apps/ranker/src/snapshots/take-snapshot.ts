import type { EpochMs, Positions } from '#contracts';
import type { FoldBarrier } from '../agreement/fold-barrier.js';
import type { FoldTurns } from '../consume/fold-turns.js';
import type { MonotonicMs } from '../rank/deadline.js';
import type { Snapshot } from './snapshot-store.js';

/** What a snapshot takes of the state. */
export interface TakenState {
  readonly positions: Positions;
  hash(): string;
  prepareHash(members: number): number;
  serializeInSteps(): Generator<undefined, Uint8Array>;
}

export interface TakeParts {
  readonly state: TakenState;
  readonly barrier: Pick<FoldBarrier, 'hold'>;
  readonly turns: Pick<FoldTurns, 'over' | 'rest'>;
  readonly now: () => EpochMs;
  readonly monotonic: MonotonicMs;
}

/** Members that are hashed between two looks at the clock: well under a millisecond. */
const PART = 32;
/** Requests go before slices for this long. After that slices alternate with them: a fold that is held for long makes feeds old. */
const COURTEOUS_MS = 1_000;

/**
 * Takes the state as it is now, in slices. Requests are answered between slices; folding is held from the call on until all is taken, or the
 * sections would be of different moments.
 */
export const takeSnapshot = async ({ state, barrier, turns, now, monotonic }: TakeParts): Promise<Snapshot> => {
  const release = barrier.hold();
  try {
    const [takenAt, { positions }] = [now(), state];
    const courteousUntil = monotonic() + COURTEOUS_MS;
    const rest = (): Promise<void> => turns.rest(monotonic() < courteousUntil ? undefined : 0);
    while (state.prepareHash(PART) > 0) if (turns.over()) await rest();
    const stateHash = state.hash();
    const steps = state.serializeInSteps();
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return { takenAt, positions, stateHash, bytes: value };
      if (turns.over()) await rest();
    }
  } finally {
    release();
  }
};
