import { periods } from '#contracts';
import type { EpochMs, Period } from '#contracts';
import { decayedCountsAt, trendingFeatures, unknownPaper } from '#ranking';
import type { PaperSignals } from '#ranking';
import { upTo } from './dated-story.js';
import type { DatedStory } from './dated-story.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A story is a candidate while it was seen on the front page within this time: those that left it lately may come back, and must be told apart from those that will stay. */
const SEEN_WITHIN = DAY;

/** How far each period's window reaches back from now; all of them end a day from now. */
const windowBack: Readonly<Record<Period, number>> = { day: 0, week: 6 * DAY, month: 29 * DAY, all: Infinity };

/** One candidate at one moment: what was known of it then, and nothing else. */
export interface Candidate {
  readonly id: string;
  readonly signals: PaperSignals;
  readonly votes: number;
  /** Votes of the last hour, as the readings tell and evenly spread between them. */
  readonly lastHour: number;
}

/** The candidates of one moment, and what came of them. */
export interface StoryMoment {
  readonly at: EpochMs;
  readonly candidates: readonly Candidate[];
  /** float32 [candidates, periods]: the votes that each period's window holds a day later, as far as they were ever read. */
  readonly gains: Float32Array;
}

/** Moments `every` so many ms apart on the clock of UTC, after `from` and not after `to`. */
export const momentsBetween = (from: EpochMs, to: EpochMs, every: number): EpochMs[] => {
  const first = (Math.floor(from / every) + 1) * every;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / every) + 1) }, (_, i) => first + i * every);
};

/** Looks up the candidates of a moment without passing over all stories. */
export class StoryShelf {
  readonly #byFirstSeen: readonly DatedStory[];
  readonly #firstSeen: Float64Array;
  /** Longest time between a story's first and last sighting. */
  readonly #span: number;

  constructor(stories: readonly DatedStory[]) {
    this.#byFirstSeen = [...stories].sort((a, b) => a.firstSeen - b.firstSeen);
    this.#firstSeen = Float64Array.from(this.#byFirstSeen, ({ firstSeen }) => firstSeen);
    this.#span = stories.reduce((longest, { firstSeen, lastSeen }) => Math.max(longest, lastSeen - firstSeen), 0);
  }

  at(moment: EpochMs): StoryMoment {
    const from = upTo(this.#firstSeen, moment - SEEN_WITHIN - this.#span - 1);
    const stories = this.#byFirstSeen
      .slice(from, upTo(this.#firstSeen, moment))
      .filter((story) => story.lastSeenBy(moment) > moment - SEEN_WITHIN);
    return { at: moment, candidates: candidatesAt(stories, moment), gains: gainsOf(stories, moment) };
  }
}

/** Uses nothing of the stories that was read after `moment`. */
export const candidatesAt = (stories: readonly DatedStory[], moment: EpochMs): readonly Candidate[] => {
  const known = stories.map((story) => story.knownAt(moment));
  return decayedCountsAt(known, moment).map((decayed, i): Candidate => {
    const { upvotes } = known[i]!;
    return {
      id: stories[i]!.id,
      votes: upvotes.length,
      lastHour: upvotes.length - upTo(upvotes, moment - HOUR),
      signals: {
        ...unknownPaper,
        ...decayed,
        ageHours: Math.max(0, moment - stories[i]!.postedAt) / HOUR,
      },
    };
  });
};

const gainsOf = (stories: readonly DatedStory[], moment: EpochMs): Float32Array =>
  Float32Array.from(
    stories.flatMap((story) => {
      const { upvotes } = story.knownAt(moment);
      const tomorrow = story.knownVotes(moment + DAY);
      return periods.map((period) => tomorrow - (period === 'day' ? upvotes.length : upTo(upvotes, moment - windowBack[period])));
    }),
  );

/** float32 [candidates, trending features]. */
export const rowsOf = ({ candidates }: StoryMoment): Float32Array =>
  Float32Array.from(candidates.flatMap(({ signals }) => trendingFeatures.map((feature) => feature.read(signals))));
