import { surfaces, type Surface } from '#contracts';
import { NormalEquations } from '#ranking';
import type { JudgedRequest, RequestSum } from '../evaluation/judged-request.js';

/** Places from here on are taken for alike. */
const PLACES = 32;
const CHANCE = surfaces.length + PLACES;
/** Pulls rare places to the mean, as ten slots of it would. */
const SHRINKAGE = 10;
/** Pulls a paper's factor to 1, as if it had earned this and been expected to. */
const IMAGINED = 2;

export type RewardOf = (request: JudgedRequest, paper: number) => number;
type Half = 0 | 1;

/** Surface, place, and whether the slot was left to chance. */
const columnsOf = (surface: Surface, place: number, isChance: boolean): number[] => [
  surfaces.indexOf(surface),
  surfaces.length + Math.min(place, PLACES - 1),
  ...(isChance ? [CHANCE] : []),
];

/** Told of each served slot: its reward, and what shapes it. */
abstract class ServedSlots implements RequestSum {
  constructor(protected readonly rewardOf: RewardOf) {}

  add(request: JudgedRequest): void {
    const served = request.sides.find(({ side }) => side === 'served');
    served?.slots.forEach(({ propensity }, place) => {
      const paper = served.papers[place]!;
      this.addSlot(request.half, paper, columnsOf(request.surface, place, propensity < 1), this.rewardOf(request, paper));
    });
  }

  protected abstract addSlot(half: Half, paper: number, columns: readonly number[], reward: number): void;
}

/** What a slot earns by surface, place and chance, whatever stands in it: ridge regression on every served slot, a model for each half of the readers. */
export class SlotRewards extends ServedSlots {
  private readonly sums = [new NormalEquations(CHANCE + 1), new NormalEquations(CHANCE + 1)] as const;

  /** For a half, from the columns of a slot. */
  models(): readonly [(columns: readonly number[]) => number, (columns: readonly number[]) => number] {
    const [first, second] = this.sums.map((sums) => sums.solved(SHRINKAGE));
    return [(columns) => Math.max(0, first!(columns)), (columns) => Math.max(0, second!(columns))];
  }

  protected addSlot(half: Half, _paper: number, columns: readonly number[], reward: number): void {
    this.sums[half].add(columns, reward);
  }
}

/**
 * What a paper may be expected to earn in a slot that is left to chance: what such a slot earns, times how much more or less than expected the paper earned in its slots. Both are of the other half of the
 * readers, so that no slot is expected to earn what it did because it did (cross-fitting, Chernozhukov et al., Econometrics Journal 2018). It is a function of request and paper alone, never of who put
 * the paper there: a doubly robust estimate is unbiased only then.
 */
export class PaperRewards extends ServedSlots {
  private readonly earned: readonly [number[], number[]] = [[], []];
  private readonly expected: readonly [number[], number[]] = [[], []];
  private readonly models;

  /** @param slots that every request has been added to. */
  constructor(rewardOf: RewardOf, slots: SlotRewards) {
    super(rewardOf);
    this.models = slots.models();
  }

  /** Of any paper there: the mean over the pool. */
  ofSlot({ half, surface }: JudgedRequest, place: number): number {
    return this.models[other(half)](columnsOf(surface, place, true));
  }

  ofPaper(request: JudgedRequest, place: number, paper: number): number {
    const half = other(request.half);
    const factor = ((this.earned[half][paper] ?? 0) + IMAGINED) / ((this.expected[half][paper] ?? 0) + IMAGINED);
    return factor * this.ofSlot(request, place);
  }

  protected addSlot(half: Half, paper: number, columns: readonly number[], reward: number): void {
    this.earned[half][paper] = (this.earned[half][paper] ?? 0) + reward;
    this.expected[half][paper] = (this.expected[half][paper] ?? 0) + this.models[half](columns);
  }
}

const other = (half: Half): Half => (half === 0 ? 1 : 0);
