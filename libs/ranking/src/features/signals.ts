/** Hours after which an upvote counts half, shortest first. No single one is right for every site: the model learns their weights. */
export const upvoteHalfLives = [0.5, 1, 3, 6, 12, 24, 48, 168] as const;
/** The same for opens and comments, which are noisier and need fewer. */
export const attentionHalfLives = [1, 6, 24, 168] as const;

/** What an organisation's or submitter's *other* papers gathered: integers, so that any order of events gives the same. */
export interface TrackRecord {
  readonly papers: number;
  /** Votes those papers have: our readers' plus what their sources showed. */
  readonly votes: number;
}

/**
 * What the state knows of one paper at one moment, before any model. The trending features read this; the state fills it when serving,
 * and training fills it from any site's history in the same units.
 */
export interface PaperSignals {
  /** Decayed counts of distinct upvoting readers, one per `upvoteHalfLives`. */
  readonly upvotes: ArrayLike<number>;
  /** Decayed counts of distinct opening readers, one per `attentionHalfLives`. */
  readonly opens: ArrayLike<number>;
  /** Decayed counts of comments, one per `attentionHalfLives`. */
  readonly comments: ArrayLike<number>;
  /** Distinct readers of ours that upvote it now. */
  readonly upvotesTotal: number;
  /** Hours since it was listed (or, unlisted, published); never negative. */
  readonly ageHours: number;
  /** What its source showed. */
  readonly sourceUpvotes: number;
  readonly sourceComments: number;
  /** Null when the paper names none. */
  readonly organization: TrackRecord | null;
  readonly submitter: TrackRecord | null;
  readonly hasCode: boolean;
  /** Stars of its repository, where known. */
  readonly stars: number | null;
  readonly authorCount: number;
}

/** Where one source put a candidate among what it proposed. */
export interface SourceSignal {
  /** 1 for the source's best; 0 when the source did not propose it. */
  readonly rank: number;
  /** The source's score, standardised over what the source proposed for this request; 0 when not proposed. */
  readonly z: number;
}

/** Sources that the personal model looks at. Exploration is left out: its order is chance. */
export const rankedSources = ['trending', 'fresh', 'similar', 'co-read', 'followed'] as const;
export type RankedSource = (typeof rankedSources)[number];

/** What is known of one candidate for one reader. The personal features read this. */
export interface PersonalSignals {
  readonly paper: PaperSignals;
  readonly sources: Readonly<Record<RankedSource, SourceSignal>>;
  /** Cosine of the paper's content to the reader's taste vector, -1 to 1; 0 when either is unknown. */
  readonly tasteSimilarity: number;
  /** Mean cosine to the three nearest papers of the reader's recent history, and to all of it. */
  readonly topSimilarity: number;
  readonly meanSimilarity: number;
  /** Cosine to the mean of what the reader hid lately. */
  readonly hiddenSimilarity: number;
  readonly followsTopic: boolean;
  readonly followsAuthor: boolean;
  readonly followsOrganization: boolean;
  /** Trending model's score of the day, standardised over the candidates of this request. */
  readonly trendingScore: number;
  /** Papers the reader engaged with, in the ring. */
  readonly historySize: number;
  /** Mean of log1p(age in hours) of papers when this reader engaged with them; null without history. */
  readonly paceLogHours: number | null;
  /** Times this paper was shown to this reader lately without being opened. */
  readonly exposures: number;
}
