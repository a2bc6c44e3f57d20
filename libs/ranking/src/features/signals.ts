/** Hours after which an upvote counts half, shortest first. No single one is right for every site: the model learns their weights. */
export const upvoteHalfLives = [0.5, 1, 3, 6, 12, 24, 48, 168] as const;
/** The same for opens and comments, which are noisier and need fewer. */
export const attentionHalfLives = [1, 6, 24, 168] as const;

/** Hours of the plain counts of the latest votes. Beside the decayed ones they say what came in the very last hour, which weighs most for what comes next. */
export const recentHours = [0.5, 1, 2, 3] as const;
/** Authors of a paper whose records are looked at, in the order it names them. */
export const AUTHORS_LOOKED_AT = 40;

/** What an organisation's, submitter's or author's *other* papers gathered: integers, so that any order of events gives the same. */
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
  /** Distinct readers whose upvote came within the last `recentHours`, one per entry; ten-minute buckets, those that began within. */
  readonly recentUpvotes: ArrayLike<number>;
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
  /** Of whoever owns the code that it links. */
  readonly codeOwner: TrackRecord | null;
  /** One for each of the first `AUTHORS_LOOKED_AT` authors. */
  readonly authors: readonly TrackRecord[];
  readonly hasCode: boolean;
  /** Stars of its repository, where known. */
  readonly stars: number | null;
  readonly authorCount: number;
}

/** A paper that was listed this moment and of which nothing else is known. */
export const unknownPaper: PaperSignals = {
  upvotes: upvoteHalfLives.map(() => 0),
  recentUpvotes: recentHours.map(() => 0),
  opens: attentionHalfLives.map(() => 0),
  comments: attentionHalfLives.map(() => 0),
  upvotesTotal: 0,
  ageHours: 0,
  sourceUpvotes: 0,
  sourceComments: 0,
  organization: null,
  submitter: null,
  codeOwner: null,
  authors: [],
  hasCode: false,
  stars: null,
  authorCount: 0,
};

/** Where one source put a candidate among what it proposed. */
export interface SourceSignal {
  /** 1 for the source's best; 0 when the source did not propose it. */
  readonly rank: number;
  /** The source's score, standardised over what the source proposed for this request; 0 when not proposed. */
  readonly z: number;
  /** The source's own score; 0 when not proposed. */
  readonly score: number;
}

/** Sources that the personal model looks at. Exploration is left out: its order is chance. */
export const rankedSources = ['trending', 'fresh', 'similar', 'text', 'co-read', 'cited', 'followed', 'reader-state'] as const;
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
  /** Cosine to the newest paper of the history. */
  readonly lastSimilarity: number;
  /** Cosine to the mean of what the reader hid lately. */
  readonly hiddenSimilarity: number;
  /** Cosine to the learned reader state; 0 without one. */
  readonly readerStateSimilarity: number;
  /** Cosine of words (TF-IDF) to the mean of the history, and the mean of the three largest to its papers; 0 to 1. */
  readonly textSimilarity: number;
  readonly textTop3: number;
  /** Papers of the history that the paper cites or that cite it. */
  readonly citationLinks: number;
  /** Largest cosine of its references to those of a paper of the history, 0 to 1. */
  readonly referencesInCommon: number;
  /** Authors in common with the history: mean cosine over its papers, largest cosine, largest share of its papers that name one of the paper's authors; 0 to 1. */
  readonly authorOverlap: number;
  readonly authorOverlapTop: number;
  readonly authorShare: number;
  /** Largest cosine of topics to a paper of the history, 0 to 1. */
  readonly topicOverlap: number;
  /** Shares of the history of the same organisation, owner of code, submitter; 0 to 1. */
  readonly organizationOverlap: number;
  readonly codeOwnerOverlap: number;
  readonly submitterOverlap: number;
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
