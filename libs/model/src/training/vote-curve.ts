import type { EpochMs } from '#contracts';
import type { Reading } from './hf-papers.js';
import type { Random } from '#ranking';

/** Votes come fast at first and slowly later: between two readings they are laid evenly over `log(1 + age / 6 h)`. */
const PACE_MS = 6 * 3_600_000;

interface Point {
  readonly at: EpochMs;
  readonly votes: number;
}

/** How one paper gathered its votes, as far as a few dated readings tell. Falls in the readings (0.5 %) are taken as standing still. */
export class VoteCurve {
  /** Beginning with no votes at `bornAt`; ascending in time and votes. */
  readonly #points: readonly Point[];

  constructor(
    readonly bornAt: EpochMs,
    readings: readonly Pick<Reading, 'at' | 'upvotes'>[],
  ) {
    const points: Point[] = [{ at: bornAt, votes: 0 }];
    for (const { at, upvotes } of [...readings].sort((a, b) => a.at - b.at)) {
      const last = points[points.length - 1]!;
      if (at > last.at) points.push({ at, votes: Math.max(last.votes, upvotes) });
    }
    this.#points = points;
  }

  /** Times of the readings, the birth left out. */
  get readAt(): readonly EpochMs[] {
    return this.#points.slice(1).map(({ at }) => at);
  }

  /** What the newest reading up to `time` showed. Uses nothing later. */
  knownAt(time: EpochMs): number {
    return this.#points.findLast(({ at }) => at <= time)?.votes ?? 0;
  }

  /** The reading after `time`, or null. */
  nextReading(time: EpochMs): EpochMs | null {
    return this.#points.find(({ at }) => at > time)?.at ?? null;
  }

  /** Votes at any time, between readings by interpolation, after the last by going on at its pace. May use later readings. */
  votesAt(time: EpochMs): number {
    if (time <= this.bornAt) return 0;
    const after = Math.max(
      1,
      this.#points.findIndex(({ at }) => at >= time),
    );
    const right = this.#points.some(({ at }) => at >= time) ? after : this.#points.length - 1;
    const a = this.#points[right - 1];
    const b = this.#points[right];
    if (a === undefined || b === undefined) return this.#points[0]!.votes;
    return a.votes + ((b.votes - a.votes) * (this.paceOf(time) - this.paceOf(a.at))) / (this.paceOf(b.at) - this.paceOf(a.at));
  }

  /**
   * When each of the votes known at `time` may have been cast, as far as the readings up to `time` tell: at random between two readings, as
   * readers who do not know of each other vote. Evenly spaced times would let a model take one vote a minute ago for a stream of them.
   */
  voteTimesUntil(time: EpochMs, random: Random): readonly EpochMs[] {
    const times: EpochMs[] = [];
    for (let i = 1; i < this.#points.length && this.#points[i]!.at <= time; i += 1) {
      const [a, b] = [this.#points[i - 1]!, this.#points[i]!];
      const [from, to] = [this.paceOf(a.at), this.paceOf(b.at)];
      for (let vote = a.votes; vote < b.votes; vote += 1) times.push(this.timeOf(from + (to - from) * random()));
    }
    return times;
  }

  private paceOf(time: EpochMs): number {
    return Math.log1p((time - this.bornAt) / PACE_MS);
  }

  private timeOf(pace: number): EpochMs {
    return this.bornAt + Math.expm1(pace) * PACE_MS;
  }
}
