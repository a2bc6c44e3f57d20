import type { EpochMs } from '#contracts';
import type { StoryReadings } from '../../data/front-page.js';

/**
 * A story whose votes and comments have times of their own. Between two readings they are laid evenly, before the first one evenly since it was posted: what the
 * fold's ten-minute buckets would hold if it had seen them come. What is known at a moment is what the readings up to it showed, and looks at nothing later.
 */
export class DatedStory {
  readonly #votes: Float64Array;
  readonly #comments: Float64Array;

  constructor(private readonly readings: StoryReadings) {
    this.#votes = spread(readings, readings.upvotes);
    this.#comments = spread(readings, readings.comments);
  }

  get id(): string {
    return this.readings.id;
  }

  get postedAt(): EpochMs {
    return this.readings.postedAt;
  }

  get firstSeen(): EpochMs {
    return this.readings.times[0]!;
  }

  get lastSeen(): EpochMs {
    return this.readings.times.at(-1)!;
  }

  /** When it was last seen up to `moment`, or -Infinity. */
  lastSeenBy(moment: EpochMs): EpochMs {
    return this.readings.times[upTo(this.readings.times, moment) - 1] ?? -Infinity;
  }

  /** What its newest reading up to `moment` showed. */
  knownVotes(moment: EpochMs): number {
    return this.readings.upvotes[upTo(this.readings.times, moment) - 1] ?? 0;
  }

  /** Times of the votes and comments that are known at `moment`. */
  knownAt(moment: EpochMs): { readonly upvotes: Float64Array; readonly comments: Float64Array } {
    const last = upTo(this.readings.times, moment) - 1;
    return {
      upvotes: this.#votes.subarray(0, this.readings.upvotes[last] ?? 0),
      comments: this.#comments.subarray(0, this.readings.comments[last] ?? 0),
    };
  }
}

/** One time for each of the counted things, ascending. */
const spread = ({ postedAt, times }: StoryReadings, counts: Int32Array): Float64Array => {
  const dated = new Float64Array(counts.at(-1) ?? 0);
  let [from, seen] = [postedAt, 0];
  for (const [reading, count] of counts.entries()) {
    const to = times[reading]!;
    const fresh = count - seen;
    for (let i = 0; i < fresh; i += 1) dated[seen + i] = from + ((to - from) * (i + 0.5)) / fresh;
    [from, seen] = [to, count];
  }
  return dated;
};

/** How many of the ascending `times` are not after `moment`. */
export const upTo = (times: Float64Array, moment: EpochMs): number => {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
};
