/** Everything that shapes an answer besides state and models. Its hash is logged with every served feed. */
export interface RankingConfig {
  /** Experiment arm that this configuration stands for. */
  readonly arm: string;
  /** Most candidates each source may propose. */
  readonly candidates: {
    readonly trending: number;
    readonly fresh: number;
    readonly similar: number;
    readonly text: number;
    readonly coRead: number;
    readonly cited: number;
    readonly readerState: number;
    readonly followed: number;
    readonly exploration: number;
    readonly search: number;
  };
  /** Hours after which an action weighs half in a reader's taste. The personal model was trained on tastes of the default. */
  readonly tasteHalfLifeHours: number;
  /** Where trending is asked for and for readers without history: hours after which a vote weighs half, in place of the trending model; 0 = the model. */
  readonly trendingHalfLifeHours: number;
  /** Papers of the reader's history that similarity and co-reading look at, newest first. */
  readonly historyDepth: number;
  /** Papers of the reader's history that co-reading looks at, newest first: few where what was read last says most of what comes next. At most `historyDepth` count. */
  readonly coReadDepth: number;
  /** Neighbours by co-reading that one paper of the history may propose. */
  readonly coReadNeighbours: number;
  readonly spread: {
    /** Slots looked back over when capping and when judging sameness. */
    readonly window: number;
    readonly perOrganization: number;
    readonly perAuthor: number;
    /** Standard deviations of score that a paper loses when every topic of it was just shown. */
    readonly topicPenalty: number;
    /** How far down the ranking a replacement may be sought: bounds what spread can cost in relevance. */
    readonly lookAhead: number;
  };
  readonly exploration: {
    /** First slot (from 0) given to chance, and every how many slots after it; 0 = never. */
    readonly firstSlot: number;
    readonly everySlots: number;
  };
  /** Milliseconds that must be left for a stage to be worth starting. */
  readonly reserveMs: {
    readonly similar: number;
    readonly text: number;
    readonly coRead: number;
    readonly cited: number;
    readonly readerState: number;
    readonly exploration: number;
    readonly personal: number;
    readonly explain: number;
  };
  /** Share of for-you answers whose feature rows are logged with `feed.served.v1`. */
  readonly featureSampleRate: number;
}

export const defaultRankingConfig: RankingConfig = {
  arm: 'control',
  candidates: {
    trending: 150,
    fresh: 100,
    similar: 120,
    text: 60,
    coRead: 120,
    cited: 60,
    readerState: 60,
    followed: 60,
    exploration: 50,
    search: 200,
  },
  tasteHalfLifeHours: 24 * 14,
  trendingHalfLifeHours: 0,
  historyDepth: 24,
  coReadDepth: 24,
  coReadNeighbours: 50,
  spread: { window: 8, perOrganization: 2, perAuthor: 2, topicPenalty: 0.5, lookAhead: 24 },
  exploration: { firstSlot: 6, everySlots: 10 },
  reserveMs: { similar: 15, text: 15, coRead: 15, cited: 15, readerState: 15, exploration: 8, personal: 10, explain: 20 },
  featureSampleRate: 0.01,
};
