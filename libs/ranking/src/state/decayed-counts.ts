import { attentionHalfLives, recentHours, upvoteHalfLives } from '../features/signals.js';
import { actionCodes } from './action-codes.js';
import type { BucketCounts } from './bucket-counts.js';
import { BUCKET_MS, BUCKETS_PER_HOUR, HOUR_MS } from './clock.js';
import { TopPlaces, type TieBreak } from './top-places.js';
import type { EpochMs } from '#contracts';

/** Column layout of one paper: decayed upvotes, opens, comments, then whole totals. */
const OPENS = upvoteHalfLives.length;
const COMMENTS = OPENS + attentionHalfLives.length;
const DECAYED = COMMENTS + attentionHalfLives.length;
const UPVOTES_TOTAL = DECAYED;
const COMMENTS_TOTAL = DECAYED + 1;
const IMPRESSIONS_TOTAL = DECAYED + 2;
const COLUMNS = DECAYED + 3;

const halfLifeOf = [...upvoteHalfLives, ...attentionHalfLives, ...attentionHalfLives] as const;

/** First column and half-lives of each action that is decayed. */
const decayedActions = new Map<number, { readonly from: number; readonly halfLives: readonly number[] }>([
  [actionCodes.upvote, { from: 0, halfLives: upvoteHalfLives }],
  [actionCodes.open, { from: OPENS, halfLives: attentionHalfLives }],
  [actionCodes.comment, { from: COMMENTS, halfLives: attentionHalfLives }],
]);

const totalOf = new Map<number, number>([
  [actionCodes.upvote, UPVOTES_TOTAL],
  [actionCodes.comment, COMMENTS_TOTAL],
  [actionCodes.impression, IMPRESSIONS_TOTAL],
]);

const EPOCH_HOURS = 7 * 24;
/** Ages up to 60 days come from a table of powers. */
const TABLE_BUCKETS = 60 * 24 * BUCKETS_PER_HOUR;
/** Exponents stay inside what a double holds, so that no product is ever infinite or NaN. */
const MAX_EXPONENT = 1000;

export interface DecayedPaper {
  readonly upvotes: readonly number[];
  /** Upvotes of the last `recentHours`. */
  readonly recentUpvotes: readonly number[];
  readonly opens: readonly number[];
  readonly comments: readonly number[];
  readonly upvotesTotal: number;
}

/**
 * Decayed counts `sum n(bucket) * 2^(-(now - bucket) / halfLife)`, for any `now`, without walking buckets at each request.
 *
 * For one half-life the factor of `now` is the same for all papers. So each paper keeps its sum for a fixed reference moment (the end of the watermark's week; a double holds
 * 2^336 with all its digits), recomputed from its buckets, oldest first, only when they changed; a request multiplies by one factor per half-life. The order of
 * papers under one half-life does not depend on `now` at all, which makes the heads of the lists cheap. Sums are always made from whole buckets in a fixed order, never
 * added to, so they have the same bits on every replica.
 */
export class DecayedCounts {
  /** One array a column, so that looking through all papers under one half-life reads memory in a row. */
  private columns: Float64Array[] = Array.from({ length: COLUMNS }, () => new Float64Array(64));
  private readonly rowOf: number[] = [];
  private readonly papers: number[] = [];
  private readonly stale = new Set<number>();
  private reference = 0;
  private border = -1;
  /** Goes up whenever any paper's counts change. */
  revision = 0;

  constructor(private readonly counts: BucketCounts) {}

  /** The paper's buckets changed. */
  touch(paper: number): void {
    this.stale.add(paper);
    this.revision++;
  }

  /** Brings sums up to date with buckets and with the watermark. Cheap when nothing changed. */
  refresh(watermark: EpochMs): void {
    const week = EPOCH_HOURS * HOUR_MS;
    const reference = Math.floor(watermark / week + 1) * week + HOUR_MS;
    if (reference !== this.reference || this.counts.border !== this.border) {
      this.reference = reference;
      this.border = this.counts.border;
      this.revision++;
      for (const paper of this.counts.counted) this.stale.add(paper);
    }
    for (const paper of this.stale) this.recompute(paper);
    this.stale.clear();
  }

  /** Sums of one paper at `now`; null when it was never counted. Call `refresh` first. */
  at(paper: number, now: EpochMs): DecayedPaper | null {
    const row = this.rowOf[paper];
    if (row === undefined) return null;
    const factors = this.factorsAt(now);
    const scaled = (from: number, to: number): number[] => {
      const values: number[] = [];
      for (let column = from; column < to; column++) values.push(this.columns[column]![row]! * factors[column]!);
      return values;
    };
    return {
      upvotes: scaled(0, OPENS),
      // A bucket that began before the window is left out whole.
      recentUpvotes: this.counts.recent(
        paper,
        actionCodes.upvote,
        recentHours.map((hours) => Math.ceil((now - hours * HOUR_MS) / BUCKET_MS)),
      ),
      opens: scaled(OPENS, COMMENTS),
      comments: scaled(COMMENTS, DECAYED),
      upvotesTotal: this.columns[UPVOTES_TOTAL]![row]!,
    };
  }

  /** Decayed upvotes under one of `upvoteHalfLives`; the single number of `at`. */
  upvotesAt(paper: number, halfLifeIndex: number, now: EpochMs): number {
    const row = this.rowOf[paper];
    return row === undefined ? 0 : this.columns[halfLifeIndex]![row]! * this.factorsAt(now)[halfLifeIndex]!;
  }

  upvotesOf(paper: number): number {
    return this.total(paper, UPVOTES_TOTAL);
  }

  commentsOf(paper: number): number {
    return this.total(paper, COMMENTS_TOTAL);
  }

  impressionsOf(paper: number): number {
    return this.total(paper, IMPRESSIONS_TOTAL);
  }

  /** The k papers with the most upvotes of our readers, however old. */
  topByTotal(k: number, before: TieBreak, accept: (paper: number) => boolean): number[] {
    return this.top(UPVOTES_TOTAL, k, before, accept);
  }

  /** The k papers of greatest decayed upvotes under one of `upvoteHalfLives`, among those that pass. */
  top(halfLifeIndex: number, k: number, before: TieBreak, accept: (paper: number) => boolean): number[] {
    const best = new TopPlaces(k, before);
    const column = this.columns[halfLifeIndex]!;
    for (let row = 0; row < this.papers.length; row++) {
      const score = column[row]!;
      if (score > 0 && score >= best.threshold && accept(this.papers[row]!)) best.offer(this.papers[row]!, score);
    }
    return best.sorted().map(({ place }) => place);
  }

  private factors: { readonly now: EpochMs; readonly reference: number; readonly values: Float64Array } | null = null;

  private factorsAt(now: EpochMs): Float64Array {
    if (this.factors?.now !== now || this.factors.reference !== this.reference) {
      const values = Float64Array.from(halfLifeOf, (hours) => {
        const exponent = (this.reference - now) / (hours * HOUR_MS);
        return 2 ** Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, exponent));
      });
      this.factors = { now, reference: this.reference, values };
    }
    return this.factors.values;
  }

  private total(paper: number, column: number): number {
    if (this.stale.has(paper)) this.recompute(paper);
    const row = this.rowOf[paper];
    return row === undefined ? 0 : this.columns[column]![row]!;
  }

  private recompute(paper: number): void {
    const row = this.rowFor(paper);
    for (const column of this.columns) column[row] = 0;
    const last = this.reference / BUCKET_MS;
    this.counts.forEach(paper, (bucket, action, count) => {
      const total = totalOf.get(action);
      if (total !== undefined) this.columns[total]![row]! += count;
      const decayed = decayedActions.get(action);
      if (decayed === undefined) return;
      const age = Math.max(0, last - bucket);
      for (let i = 0; i < decayed.halfLives.length; i++) this.columns[decayed.from + i]![row]! += count * power(decayed.halfLives[i]!, age);
    });
  }

  private rowFor(paper: number): number {
    const known = this.rowOf[paper];
    if (known !== undefined) return known;
    const row = this.papers.length;
    this.papers.push(paper);
    this.rowOf[paper] = row;
    if (row === this.columns[0]!.length) {
      this.columns = this.columns.map((column) => {
        const grown = new Float64Array(Math.ceil(row * 1.25));
        grown.set(column);
        return grown;
      });
    }
    return row;
  }
}

/** Powers per half-life; the same for every state, so made once a process. */
const tables = new Map<number, Float64Array>();

/** 2^(-age / halfLife), age in buckets. */
const power = (halfLife: number, age: number): number => {
  if (age > TABLE_BUCKETS) return 2 ** (-age / (BUCKETS_PER_HOUR * halfLife));
  let table = tables.get(halfLife);
  if (table === undefined) {
    table = Float64Array.from({ length: TABLE_BUCKETS + 1 }, (_, k) => 2 ** (-k / (BUCKETS_PER_HOUR * halfLife)));
    tables.set(halfLife, table);
  }
  return table[age]!;
};
