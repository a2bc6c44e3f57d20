import { ClusterSums } from '#ranking';
import type { EvaluationOptions } from './evaluation-options.js';
import type { SideName, Timeline } from './evaluation-result.js';
import { estimateOf } from './figure-sums.js';
import { pairsOf, type JudgedRequest, type RequestSum } from './judged-request.js';
import { isRanking, valueOf } from './metric.js';
import { TimeBuckets } from './time-buckets.js';

/** Column of judged requests; then one a side. */
const [JUDGED, FIRST] = [0, 1];

/** The first ranking metric over time, of each side and of each pair. */
export class TimelineSums implements RequestSum {
  private readonly metric;
  private readonly buckets;

  constructor(
    private readonly options: EvaluationOptions,
    private readonly sides: readonly SideName[],
  ) {
    this.metric = options.metrics.find(isRanking);
    this.buckets = new TimeBuckets(
      () => new ClusterSums(FIRST + sides.length),
      (into, from) => into.merge(from),
    );
  }

  add({ at, group, sides, gains }: JudgedRequest): void {
    const { metric } = this;
    if (gains.size === 0 || metric === undefined) return;
    const sums = this.buckets.at(at);
    sums.add(group, JUDGED, 1);
    sides.forEach(({ papers, place }, side) => sums.add(group, FIRST + side, valueOf(metric, { papers, gains, place })));
  }

  /** Null when there is no metric to follow, or nothing was judged. */
  timeline(): Timeline | null {
    const moments = this.buckets.sorted().map(({ at, sum }) => ({ at: new Date(at).toISOString(), sum }));
    if (this.metric === undefined || moments.length === 0) return null;
    const column = (side: SideName): number => FIRST + this.sides.indexOf(side);
    return {
      metric: this.metric.name,
      widthMs: this.buckets.widthMs,
      points: moments.flatMap(({ at, sum }) => {
        const intervals = sum.intervals(
          this.sides.map((side) => ({ of: column(side), over: JUDGED })),
          this.options,
        );
        return this.sides.map((side, n) => ({ at, side, ...countsOf(sum), ...estimateOf(intervals[n]!) }));
      }),
      differences: moments.flatMap(({ at, sum }) => {
        const pairs = pairsOf(this.sides);
        const intervals = sum.intervals(
          pairs.map(({ better, worse }) => ({ of: column(better), less: column(worse), over: JUDGED })),
          this.options,
        );
        return pairs.map((pair, n) => ({ at, ...pair, ...countsOf(sum), ...estimateOf(intervals[n]!) }));
      }),
    };
  }
}

const countsOf = (sum: ClusterSums): { requests: number; readers: number } => ({ requests: sum.total(JUDGED), readers: sum.groups });
