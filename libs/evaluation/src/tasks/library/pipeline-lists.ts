import { periods, rankRequestSchema } from '#contracts';
import { createRankPipeline, defaultRankingConfig, personalFeatureNames, trendingFeatureNames } from '#ranking';
import type { CandidateRows, RankPipeline, RankingConfig, RankingState, RowScorer } from '#ranking';
import { ASKED_AT, NEW_ARRIVALS, itemOf, readerRefOf } from './fold-library.js';

/** Candidates as the findings chose them; sources that go by time have nothing to go by here. */
export const libraryConfig: RankingConfig = {
  ...defaultRankingConfig,
  arm: 'evaluation',
  candidates: { ...defaultRankingConfig.candidates, trending: 20, fresh: 0, followed: 0, exploration: 0, similar: 120, coRead: 200 },
  historyDepth: 1000,
  coReadDepth: 1000,
  coReadNeighbours: 500,
};

/** The trending model in the place of one: the logarithm of how many saved it, for every period. */
const byPopularity: RowScorer = {
  name: 'popularity',
  version: '1',
  features: trendingFeatureNames,
  heads: periods.length,
  score: (rows, count) => {
    const width = trendingFeatureNames.length;
    const column = trendingFeatureNames.indexOf('upvotes_total');
    return Promise.resolve(
      Float32Array.from({ length: count * periods.length }, (_, at) => rows[Math.floor(at / periods.length) * width + column]!),
    );
  },
};

/** In the place of the personal model while its training rows are made. */
export const noOpinion: RowScorer = {
  name: 'no-opinion',
  version: '0',
  features: personalFeatureNames,
  heads: 1,
  score: (_rows, count) => Promise.resolve(new Float32Array(count)),
};

export const libraryPipeline = (state: RankingState, personal: RowScorer): RankPipeline =>
  createRankPipeline({ state, trending: byPopularity, personal, config: libraryConfig, stopwatch: () => 0 });

/** A reader's list as the pipeline made it, before anything is selected. */
export interface PipelineList {
  /** Items by place. */
  readonly items: Int32Array;
  /** float32 [items, features]. */
  readonly rows: Float32Array;
  readonly scores: ArrayLike<number>;
}

/** Asks for a reader's whole list, or for the one of new arrivals only. */
export const askFor = async (pipeline: RankPipeline, reader: number, kind: 'all' | 'new'): Promise<PipelineList> => {
  const request = rankRequestSchema.parse({
    requestId: 'evaluation',
    surface: 'for-you',
    readerRef: readerRefOf(reader),
    period: 'all',
    limit: 1,
    budgetMs: 60_000,
    ...(kind === 'new' ? { topic: NEW_ARRIVALS } : {}),
  });
  const shown: CandidateRows = await pipeline.inspect(request, { now: ASKED_AT, seed: 1, remainingMs: () => Infinity });
  return { items: Int32Array.from(shown.candidates, ({ paperId }) => itemOf(paperId)), rows: shown.rows, scores: shown.scores };
};
