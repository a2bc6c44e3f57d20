import type { EpochMs, Period } from '#contracts';
import { decayedCountsAt, trendingFeatures } from '#ranking';
import type { PaperSignals, Random } from '#ranking';
import type { HfPapers, ListedPaper } from './hf-papers.js';
import { ReadRecords } from './read-records.js';
import type { Backers } from './read-records.js';
import { groupBy } from './taste-cases.js';
import { VoteCurve } from './vote-curve.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How far each period's window reaches back from now; all of them end a day from now. */
const windowBack: Readonly<Record<Period, number>> = { day: 0, week: 6 * DAY, month: 29 * DAY, all: Infinity };

/** One paper at one moment: what was known then, and what the next day brought. */
export interface TrendingRow {
  readonly paper: ListedPaper;
  readonly at: EpochMs;
  /** `start`: just listed, nobody voted. `early`: a reading of the first weeks. `old`: the last reading, months later. `revived`: see below. */
  readonly stage: 'start' | 'early' | 'old' | 'revived';
  /** Whose votes they were: our own readers' (known one by one) or the source's (a number). */
  readonly votesOf: 'readers' | 'source';
  readonly votes: number;
  /** Which drawing of the votes' moments it belongs to, from 0. */
  readonly draw: number;
  readonly features: Float32Array;
  /** By period: the votes that its window will hold a day from now (`all`: the total then). */
  readonly gains: Readonly<Record<Period, number>>;
}

/**
 * Rows of the trending model, at the moments at which votes were really read. Features use nothing later than the row's moment.
 *
 * Each moment gives two rows: the votes as our own readers' and as the source's, so that the model knows both. A day's gain is known
 * by interpolation only where the next reading is near; papers without early readings give no rows.
 *
 * The data has no old paper that readers find again, though live sites do, and without one a model takes age for a verdict. So a share of
 * the early rows with votes is repeated as `revived`: the same votes and the same next day, for a paper that is days to years older.
 */
export const trendingRows = (data: HfPapers, draws: number, random: Random): readonly TrendingRow[] => {
  const readings = groupBy(data.readings, ({ paperId }) => paperId);
  const moments = data.papers.flatMap((listed) => momentsOf(listed, new VoteCurve(listed.listedAt, readings.get(listed.paper.id) ?? [])));
  const records = new ReadRecords(data);
  return moments
    .sort((a, b) => a.at - b.at)
    .flatMap((moment) => {
      const backers = records.of(moment.listed, moment.at);
      return Array.from({ length: draws }, (_, draw) => rowsAt(moment, backers, draw, random)).flat();
    });
};

/** A paper at one of its moments. */
interface Moment {
  readonly listed: ListedPaper;
  readonly curve: VoteCurve;
  readonly at: EpochMs;
}

/** A paper whose first reading came later than this tells nothing of its first days. */
const EARLY_MS = 3 * DAY;
/** A paper's start is looked at this long after it was listed. */
export const START_MS = 15 * 60_000;
/** From this age on a curve is flat enough to go on by itself for a day after its last reading. */
const OLD_MS = 60 * DAY;

/** Of early rows with votes of readers, this share comes again as an older paper's. */
const REVIVED_SHARE = 0.5;

const momentsOf = (listed: ListedPaper, curve: VoteCurve): Moment[] => {
  const [first] = curve.readAt;
  if (first === undefined || first - listed.listedAt > EARLY_MS) return [];
  return [listed.listedAt + START_MS, ...curve.readAt].filter((at) => knowsNextDay(curve, at)).map((at) => ({ listed, curve, at }));
};

const knowsNextDay = (curve: VoteCurve, at: EpochMs): boolean => {
  const next = curve.nextReading(at);
  return next === null ? at - curve.bornAt > OLD_MS : next - curve.bornAt <= 4 * (at + DAY - curve.bornAt);
};

const rowsAt = (moment: Moment, backers: Backers, draw: number, random: Random): TrendingRow[] => {
  const row = (votesOf: TrendingRow['votesOf'], olderBy: number) => rowAt(moment, backers, votesOf, olderBy, draw, random);
  const [ours, theirs] = [row('readers', 0), row('source', 0)];
  const revive = ours.stage === 'early' && ours.votes > 0 && random() < REVIVED_SHARE;
  // Evenly in the logarithm, three days to four years.
  return revive ? [ours, theirs, row('readers', 3 * DAY * 500 ** random())] : [ours, theirs];
};

const rowAt = (
  { listed, curve, at }: Moment,
  backers: Backers,
  votesOf: TrendingRow['votesOf'],
  olderBy: number,
  draw: number,
  random: Random,
): TrendingRow => {
  const votes = curve.knownAt(at);
  const signals = {
    ...unvoted(listed, backers, (at - listed.listedAt + olderBy) / HOUR),
    ...countsOf(votesOf === 'readers' ? curve.voteTimesUntil(at, random) : [], at),
    sourceUpvotes: votesOf === 'source' ? votes : 0,
  };
  const features = Float32Array.from(trendingFeatures, (feature) => feature.read(signals));
  const tomorrow = Math.max(votes, curve.votesAt(at + DAY));
  const gain = (period: Period): number => tomorrow - (period === 'day' ? votes : Math.min(votes, curve.votesAt(at - windowBack[period])));
  const gains = { day: gain('day'), week: gain('week'), month: gain('month'), all: gain('all') };
  return { paper: listed, at, stage: stageAt(curve, at, olderBy), votesOf, votes, draw, features, gains };
};

const stageAt = (curve: VoteCurve, at: EpochMs, olderBy: number): TrendingRow['stage'] => {
  if (olderBy > 0) return 'revived';
  if (at - curve.bornAt <= START_MS) return 'start';
  return at - curve.bornAt > OLD_MS ? 'old' : 'early';
};

/** What the fold's buckets hold of votes at these times. */
const countsOf = (times: readonly EpochMs[], at: EpochMs) =>
  decayedCountsAt([{ upvotes: [...times].sort((a, b) => a - b), comments: [] }], at)[0]!;

/** What is known of a paper besides votes: nobody has cast any. */
export const unvoted = ({ paper }: ListedPaper, backers: Backers, ageHours: number): PaperSignals => ({
  ...decayedCountsAt([{ upvotes: [], comments: [] }], 0)[0]!,
  ...backers,
  ageHours: Math.max(0, ageHours),
  sourceUpvotes: 0,
  sourceComments: 0,
  hasCode: paper.githubRepo !== undefined,
  stars: null,
  authorCount: paper.authorCount ?? paper.authors.length,
});
