import { ClusterSums, novelty, type Interval, type Ratio } from '#ranking';
import type { Catalogue } from './catalogue.js';
import type { Difference, Figure, SideName, SidePair, Slice } from './evaluation-result.js';
import type { EvaluationOptions } from './evaluation-options.js';
import { pairsOf, type JudgedRequest, type RequestSum, type SideSlate } from './judged-request.js';
import { isRanking, valueOf, type Metric } from './metric.js';
import type { Gains, Relevance } from './relevance.js';
import type { Slicing } from './slicing.js';

/** First columns of the sums of a slice: requests, and those of them that could be judged; then a column for each metric and side. */
const [REQUESTS, JUDGED, FIRST] = [0, 1, 2];

interface SliceSums {
  readonly slice: Slice;
  readonly sums: ClusterSums;
  /** For each metric and side that counts what is shown, the papers. */
  readonly shown: Map<number, Set<number>>;
}

interface Parts {
  readonly options: EvaluationOptions;
  readonly sides: readonly SideName[];
  readonly slicing: Slicing;
  readonly relevance: Relevance;
  readonly catalogue: Catalogue;
}

/** Every metric of every side on every slice, with intervals, in memory that grows with readers, papers and slices, not with requests. */
export class FigureSums implements RequestSum {
  private readonly slices = new Map<string, SliceSums>();
  private readonly metrics: readonly Metric[];

  constructor(private readonly parts: Parts) {
    this.metrics = parts.options.metrics.filter(({ measure }) => measure !== 'calibration');
  }

  add(request: JudgedRequest): void {
    for (const { slice, gains } of this.parts.slicing.slicesOf(request)) {
      const into = this.sumsOf(slice);
      into.sums.add(request.group, REQUESTS, 1);
      if (gains.size > 0) into.sums.add(request.group, JUDGED, 1);
      request.sides.forEach((slate, side) => this.addSide(into, request.group, slate, side, gains));
    }
  }

  figures(): Figure[] {
    return this.ordered().flatMap((of) => this.figuresOf(of));
  }

  differences(): Difference[] {
    return this.ordered().flatMap((of) => this.differencesOf(of));
  }

  private addSide({ sums, shown }: SliceSums, group: number, slate: SideSlate, side: number, gains: Gains): void {
    const { relevance } = this.parts;
    this.metrics.forEach((metric, at) => {
      const column = this.columnOf(at, side);
      if (isRanking(metric)) {
        if (gains.size > 0) sums.add(group, column, valueOf(metric, { papers: slate.papers, gains, place: slate.place }));
        return;
      }
      const seen = slate.papers.slice(0, metric.depth);
      if (metric.measure === 'novelty')
        sums.add(
          group,
          column,
          novelty(
            seen.map((paper) => relevance.chosen(paper)),
            relevance.requests,
          ),
        );
      else {
        const papers = shown.get(column) ?? new Set<number>();
        shown.set(column, papers);
        for (const paper of seen) papers.add(paper);
      }
    });
  }

  private figuresOf({ slice, sums, shown }: SliceSums): Figure[] {
    const { sides, options, catalogue } = this.parts;
    const cells = this.metrics.flatMap((metric, at) =>
      sides.map((side, place) => ({ metric, side, column: this.columnOf(at, place), over: denominatorOf(metric) })),
    );
    const intervals = sums.intervals(
      cells.map(({ column, over }): Ratio => ({ of: column, over })),
      options,
    );
    return cells.map(({ metric, side, column, over }, at) => ({
      metric: metric.name,
      slice,
      side,
      requests: sums.total(over),
      readers: sums.groupsWith(over),
      ...(metric.measure === 'coverage'
        ? { value: catalogue.size === 0 ? null : (shown.get(column)?.size ?? 0) / catalogue.size, low: null, high: null }
        : estimateOf(intervals[at]!)),
    }));
  }

  private differencesOf({ slice, sums }: SliceSums): Difference[] {
    const { sides, options } = this.parts;
    const place = (side: SideName): number => sides.indexOf(side);
    const cells = this.metrics.flatMap((metric, at) =>
      metric.measure === 'coverage'
        ? []
        : pairsOf(sides).map((pair: SidePair) => ({
            metric,
            pair,
            ratio: { of: this.columnOf(at, place(pair.better)), less: this.columnOf(at, place(pair.worse)), over: denominatorOf(metric) },
          })),
    );
    const intervals = sums.intervals(
      cells.map(({ ratio }) => ratio),
      options,
    );
    return cells.map(({ metric, pair, ratio: { over } }, at) => ({
      metric: metric.name,
      slice,
      ...pair,
      requests: sums.total(over),
      readers: sums.groupsWith(over),
      ...estimateOf(intervals[at]!),
    }));
  }

  private columnOf(metric: number, side: number): number {
    return FIRST + metric * this.parts.sides.length + side;
  }

  private ordered(): SliceSums[] {
    return [...this.slices.values()].sort((a, b) => this.parts.slicing.compare(a.slice, b.slice));
  }

  private sumsOf(slice: Slice): SliceSums {
    const key = `${slice.by} ${slice.value}`;
    const known = this.slices.get(key);
    if (known !== undefined) return known;
    const width = FIRST + this.metrics.length * this.parts.sides.length;
    const made = { slice, sums: new ClusterSums(width), shown: new Map<number, Set<number>>() };
    this.slices.set(key, made);
    return made;
  }
}

const denominatorOf = (metric: Metric): number => (isRanking(metric) ? JUDGED : REQUESTS);

/** Null where nothing was counted. */
export const estimateOf = ({ mean, low, high }: Interval): { value: number | null; low: number | null; high: number | null } =>
  Number.isNaN(mean) ? { value: null, low: null, high: null } : { value: mean, low, high };
