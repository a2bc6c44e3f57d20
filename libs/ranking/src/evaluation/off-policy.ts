import { ClusterSums } from './cluster-sums.js';
import type { Interval } from './interval.js';

/** One decision of the served policy that was left to chance, seen from the policy that is asked about (the target). */
export interface OffPolicySample {
  /** Decisions of one group (a reader) resemble each other; whole groups are resampled. */
  readonly group: number;
  /** Probability of what was done under the target, over that under the served policy. */
  readonly weight: number;
  readonly reward: number;
  /** What a model of rewards, fitted on other groups, expects of what was done, and of what the target would do. */
  readonly expected: number;
  readonly expectedOfTarget: number;
}

export interface OffPolicyEstimates {
  readonly ips: Interval;
  readonly snips: Interval;
  readonly dr: Interval;
  /** Mean reward of what was done. */
  readonly logged: Interval;
}

const [CASES, WEIGHT, WEIGHTED, ROBUST, REWARD, WIDTH] = [0, 1, 2, 3, 4, 5];

/**
 * The mean reward of a target policy, from what another policy earned with known probabilities, in memory that grows with groups only:
 * - `ips`, inverse propensity scores: mean of `w r`. Unbiased where the served policy could do all the target does; wide. Horvitz and Thompson, JASA 1952.
 * - `snips`, self-normalised: `sum w r / sum w`. A little biased, much steadier; of the supported part alone. Swaminathan and Joachims, NIPS 2015.
 * - `dr`, doubly robust: mean of `q(target) + w (r - q(done))`. Right when either the probabilities or the model of rewards are. Dudik, Langford and Li, ICML 2011.
 */
export class OffPolicySums {
  private readonly sums = new ClusterSums(WIDTH);
  private count = 0;
  private weighted = 0;
  private weights = 0;
  private squares = 0;
  private greatest = 0;

  add({ group, weight, reward, expected, expectedOfTarget }: OffPolicySample): void {
    this.sums.add(group, CASES, 1);
    this.sums.add(group, WEIGHT, weight);
    this.sums.add(group, WEIGHTED, weight * reward);
    this.sums.add(group, ROBUST, expectedOfTarget + weight * (reward - expected));
    this.sums.add(group, REWARD, reward);
    this.count++;
    if (weight > 0) this.weighted++;
    this.weights += weight;
    this.squares += weight ** 2;
    this.greatest = Math.max(this.greatest, weight);
  }

  get samples(): number {
    return this.count;
  }

  /** Samples with a weight above 0. */
  get matched(): number {
    return this.weighted;
  }

  get largestWeight(): number {
    return this.greatest;
  }

  /** Mean weight: 1 in expectation when the served policy could do all that the target would do, and else the share of it; 0 without a sample. */
  get supported(): number {
    return this.count === 0 ? 0 : this.weights / this.count;
  }

  /** As many equally weighted samples would tell as much: (sum w)^2 / sum w^2. Source: Kish, 1965. */
  get effectiveSamples(): number {
    return this.squares === 0 ? 0 : this.weights ** 2 / this.squares;
  }

  estimates(options: { readonly level?: number; readonly resamples?: number; readonly seed: number }): OffPolicyEstimates {
    const [ips, snips, dr, logged] = this.sums.intervals(
      [
        { of: WEIGHTED, over: CASES },
        { of: WEIGHTED, over: WEIGHT },
        { of: ROBUST, over: CASES },
        { of: REWARD, over: CASES },
      ],
      options,
    );
    return { ips: ips!, snips: snips!, dr: dr!, logged: logged! };
  }
}
