import { OffPolicySums, type Interval } from '#ranking';
import type { EvaluationOptions } from '../evaluation/evaluation-options.js';
import { estimators, type OffPolicy, type SideName } from '../evaluation/evaluation-result.js';
import type { JudgedRequest, RequestSum, SideSlate } from '../evaluation/judged-request.js';
import type { PaperRewards, RewardOf } from './reward-model.js';
import { isWeighable, servedProbability, targetProbability } from './target-policy.js';

/** Fewer effective samples than this tell nothing that an interval could honestly hold. */
export const LEAST_EFFECTIVE_SAMPLES = 100;

/** What a slot earns. */
export const rewardBy = (kind: 'engaged' | 'gain'): RewardOf =>
  kind === 'engaged' ? ({ gains }, paper) => (gains.has(paper) ? 1 : 0) : ({ gains }, paper) => gains.get(paper) ?? 0;

interface SideSums {
  readonly sums: OffPolicySums;
  leftOut: number;
}

/** What the sides' slots would have earned, from the served slots that were left to chance. */
export class ExploredSlots implements RequestSum {
  private readonly sides: ReadonlyMap<SideName, SideSums>;
  /** The served policy weighed by itself: what its explored slots earned. */
  private readonly logged = new OffPolicySums();
  private slots = 0;

  constructor(
    sides: readonly SideName[],
    private readonly rewardOf: RewardOf,
    /** That every request has been added to. */
    private readonly rewards: PaperRewards,
  ) {
    this.sides = new Map(sides.filter((side) => side !== 'served').map((side) => [side, { sums: new OffPolicySums(), leftOut: 0 }]));
  }

  add(request: JudgedRequest): void {
    const served = request.sides.find(({ side }) => side === 'served');
    if (served === undefined) return;
    this.slots += served.slots.length;
    served.slots.forEach(({ propensity }, place) => {
      if (propensity === 1) return;
      const reward = this.rewardOf(request, served.papers[place]!);
      this.logged.add({ group: request.group, weight: 1, reward, expected: 0, expectedOfTarget: 0 });
      for (const slate of request.sides) this.weigh(request, served, slate, place, reward);
    });
  }

  result(options: EvaluationOptions, reward: 'engaged' | 'gain'): OffPolicy {
    return {
      reward,
      explored: this.logged.samples,
      slots: this.slots,
      logged: this.logged.samples === 0 ? { value: 0, low: 0, high: 0 } : told(this.logged.estimates(options).logged),
      sides: [...this.sides].map(([side, sums]) => ({ side, ...sideResult(sums, options) })),
    };
  }

  private weigh(request: JudgedRequest, served: SideSlate, slate: SideSlate, place: number, reward: number): void {
    const side = this.sides.get(slate.side);
    if (side === undefined) return;
    if (!isWeighable(served, slate, place)) {
      side.leftOut++;
      return;
    }
    const paper = served.papers[place]!;
    side.sums.add({
      group: request.group,
      weight: targetProbability(slate, place, paper) / servedProbability(served, slate, place),
      reward,
      ...this.expectations(request, slate, place, paper),
    });
  }

  /** Where the side is sure of a paper, papers are expected to differ; where it leaves the slot to chance its pool is not known, and all are expected to earn alike. */
  private expectations(
    request: JudgedRequest,
    slate: SideSlate,
    place: number,
    paper: number,
  ): { expected: number; expectedOfTarget: number } {
    const slot = slate.slots[place];
    if (slot === undefined) return { expected: 0, expectedOfTarget: 0 };
    if (slot.propensity < 1) {
      const expected = this.rewards.ofSlot(request, place);
      return { expected, expectedOfTarget: expected };
    }
    return {
      expected: this.rewards.ofPaper(request, place, paper),
      expectedOfTarget: this.rewards.ofPaper(request, place, slate.papers[place]!),
    };
  }
}

const sideResult = ({ sums, leftOut }: SideSums, options: EvaluationOptions): Omit<OffPolicy['sides'][number], 'side'> => {
  const isEnough = sums.effectiveSamples >= LEAST_EFFECTIVE_SAMPLES;
  const estimates = isEnough ? sums.estimates(options) : null;
  return {
    usable: sums.samples,
    leftOut,
    matched: sums.matched,
    largestWeight: sums.largestWeight,
    effectiveSamples: sums.effectiveSamples,
    supported: sums.supported,
    estimates: estimates === null ? null : estimators.map((estimator) => ({ estimator, ...told(estimates[estimator]) })),
  };
};

const told = ({ mean, low, high }: Interval): { value: number; low: number; high: number } => ({ value: mean, low, high });
