import { parseJsonWith, type Positions, positionsSchema } from '#contracts';
import type { FoldTurns } from '../consume/fold-turns.js';
import type { FoldBarrier } from './fold-barrier.js';

/** The part of the state that is told. */
export interface ToldState {
  readonly positions: Positions;
  readonly stats: object;
  hash(): string;
  prepareHash(members: number): number;
}

/** Members that are hashed between two looks at the clock: well under a millisecond. */
const PART = 32;
/** What is left to the last step, between two records. */
const ENOUGH = 256;

/** Does the work of hashing in slices, so that requests and folds have their turns, and leaves little to `hash()` itself. */
export const prepareHash = async (state: Pick<ToldState, 'prepareHash'>, turns: Pick<FoldTurns, 'over' | 'rest'>): Promise<void> => {
  while (state.prepareHash(PART) > ENOUGH) if (turns.over()) await turns.rest();
};

/** Longest time that a comparer may stop a fold, in ms. */
const MOST_HELD_MS = 5_000;

const heldFor = (text: string | null): number => {
  const ms = Number(text ?? '1000');
  return Number.isFinite(ms) ? Math.min(MOST_HELD_MS, Math.max(1, ms)) : 1_000;
};

/** What a replica says of its state on its admin port. */
export class StatePages {
  constructor(
    private readonly replica: string,
    private readonly phase: () => string,
    private readonly state: ToldState,
    private readonly barrier: FoldBarrier,
    private readonly turns: Pick<FoldTurns, 'over' | 'rest'>,
  ) {}

  /** `/state`: hash and positions of this moment. */
  readonly now = async (): Promise<object> => {
    await prepareHash(this.state, this.turns);
    return this.told();
  };

  /** `/state/hold?ms=1000`: stops the fold, for that long at most, and says where it stands. */
  readonly hold = async (query: URLSearchParams): Promise<object> => {
    await prepareHash(this.state, this.turns); // before, so that the stop is short
    const { positions } = this.state;
    this.barrier.close(positions, heldFor(query.get('ms')));
    return { replica: this.replica, phase: this.phase(), positions };
  };

  /**
   * `/state/at?positions={...}&ms=1000`: lets a stopped fold go on exactly to these positions, says what the state is there, and lets it go.
   * `reached: false` when it could not stand there.
   */
  readonly at = async (query: URLSearchParams): Promise<object> => {
    const parsed = parseJsonWith(positionsSchema, query.get('positions') ?? '');
    if (!parsed.ok) return { replica: this.replica, reached: false, problem: 'positions must be an object of topic/partition to offset' };
    const told = await this.barrier.at(parsed.value, heldFor(query.get('ms')), () => this.told());
    return told === null ? { replica: this.replica, reached: false } : { ...told, reached: true };
  };

  private told(): object {
    const { state } = this;
    return { replica: this.replica, phase: this.phase(), hash: state.hash(), positions: state.positions, stats: state.stats };
  }
}
