import type { EpochMs, Period } from '#contracts';
import { attentionHalfLives, trendingFeatures, upvoteHalfLives } from '#ranking';
import type { PaperSignals, TrackRecord } from '#ranking';
import type { HfPapers, ListedPaper } from './hf-papers.js';
import type { Random } from '#ranking';
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
  const curves = new Map(data.papers.map((listed) => [listed, new VoteCurve(listed.listedAt, readings.get(listed.paper.id) ?? [])]));
  const records = new TrackRecords(curves);
  return data.papers.flatMap((listed) =>
    Array.from({ length: draws }, (_, draw) =>
      rowsOf(listed, curves.get(listed)!, records, random).map((row) => ({ ...row, draw })),
    ).flat(),
  );
};

/** A paper whose first reading came later than this tells nothing of its first days. */
const EARLY_MS = 3 * DAY;
/** A paper's start is looked at this long after it was listed. */
const START_MS = 15 * 60_000;
/** From this age on a curve is flat enough to go on by itself for a day after its last reading. */
const OLD_MS = 60 * DAY;

/** Of early rows with votes of readers, this share comes again as an older paper's. */
const REVIVED_SHARE = 0.5;

const rowsOf = (listed: ListedPaper, curve: VoteCurve, records: TrackRecords, random: Random): readonly TrendingRow[] => {
  const [first] = curve.readAt;
  if (first === undefined || first - listed.listedAt > EARLY_MS) return [];
  const moments = [listed.listedAt + START_MS, ...curve.readAt].filter((at) => knowsNextDay(curve, at));
  return moments.flatMap((at) => {
    const known = (['readers', 'source'] as const).map((votesOf) => rowAt(listed, curve, at, votesOf, records, random, 0));
    const revive = known[0]!.stage === 'early' && known[0]!.votes > 0 && random() < REVIVED_SHARE;
    // Evenly in the logarithm, three days to four years.
    return revive ? [...known, rowAt(listed, curve, at, 'readers', records, random, 3 * DAY * 500 ** random())] : known;
  });
};

const knowsNextDay = (curve: VoteCurve, at: EpochMs): boolean => {
  const next = curve.nextReading(at);
  return next === null ? at - curve.bornAt > OLD_MS : next - curve.bornAt <= 4 * (at + DAY - curve.bornAt);
};

const rowAt = (
  paper: ListedPaper,
  curve: VoteCurve,
  at: EpochMs,
  votesOf: 'readers' | 'source',
  records: TrackRecords,
  random: Random,
  olderBy: number,
): TrendingRow => {
  const votes = curve.knownAt(at);
  const signals = signalsAt(paper, curve, at, votesOf, records, random);
  const features = Float32Array.from(trendingFeatures, (feature) =>
    feature.read({ ...signals, ageHours: signals.ageHours + olderBy / HOUR }),
  );
  const tomorrow = Math.max(votes, curve.votesAt(at + DAY));
  const gain = (period: Period): number => tomorrow - (period === 'day' ? votes : Math.min(votes, curve.votesAt(at - windowBack[period])));
  const gains = { day: gain('day'), week: gain('week'), month: gain('month'), all: gain('all') };
  return { paper, at, stage: stageAt(curve, at, olderBy), votesOf, votes, draw: 0, features, gains };
};

const stageAt = (curve: VoteCurve, at: EpochMs, olderBy: number): TrendingRow['stage'] => {
  if (olderBy > 0) return 'revived';
  if (at - curve.bornAt <= START_MS) return 'start';
  return at - curve.bornAt > OLD_MS ? 'old' : 'early';
};

const signalsAt = (
  { paper, listedAt }: ListedPaper,
  curve: VoteCurve,
  at: EpochMs,
  votesOf: 'readers' | 'source',
  records: TrackRecords,
  random: Random,
): PaperSignals => {
  const times = votesOf === 'readers' ? curve.voteTimesUntil(at, random) : [];
  return {
    upvotes: upvoteHalfLives.map((hours) => times.reduce((sum, time) => sum + 2 ** (-(at - time) / (hours * HOUR)), 0)),
    opens: attentionHalfLives.map(() => 0),
    comments: attentionHalfLives.map(() => 0),
    upvotesTotal: times.length,
    ageHours: Math.max(0, at - listedAt) / HOUR,
    sourceUpvotes: votesOf === 'source' ? curve.knownAt(at) : 0,
    sourceComments: 0,
    organization: records.of('organization', paper.organization?.name, paper.id, at),
    submitter: records.of('submitter', paper.submitter, paper.id, at),
    hasCode: paper.githubRepo !== undefined,
    stars: null,
    authorCount: paper.authorCount ?? paper.authors.length,
  };
};

/** Votes of papers without early readings are taken as known this long after listing: by then a paper has nearly all of them. */
const MATURE_MS = 30 * DAY;

/** What an organisation's or submitter's other papers had gathered at a moment. */
class TrackRecords {
  readonly #papers: Readonly<Record<'organization' | 'submitter', ReadonlyMap<string | undefined, readonly ListedPaper[]>>>;

  constructor(private readonly curves: ReadonlyMap<ListedPaper, VoteCurve>) {
    const papers = [...curves.keys()];
    this.#papers = {
      organization: groupBy(papers, ({ paper }) => paper.organization?.name),
      submitter: groupBy(papers, ({ paper }) => paper.submitter),
    };
  }

  of(kind: 'organization' | 'submitter', name: string | undefined, except: string, at: EpochMs): TrackRecord | null {
    if (name === undefined) return null;
    const others = (this.#papers[kind].get(name) ?? []).filter(({ paper, listedAt }) => paper.id !== except && listedAt < at);
    return { papers: others.length, votes: others.reduce((sum, listed) => sum + this.votesOf(listed, at), 0) };
  }

  private votesOf(listed: ListedPaper, at: EpochMs): number {
    const curve = this.curves.get(listed)!;
    const [first = Infinity] = curve.readAt;
    return first - listed.listedAt > MATURE_MS && at - listed.listedAt > MATURE_MS ? listed.matureUpvotes : curve.knownAt(at);
  }
}
