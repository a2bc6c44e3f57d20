import type { FeedServedData, RankAnswer, RankRequest } from '#contracts';
import { createRankPipeline, ReaderViews, type CandidateRows, type RankingState, type RankMoment } from '#ranking';
import type { Side } from '../rerank/engine-types.js';

/** One answer from the inside. */
export interface Look {
  readonly answer: RankAnswer;
  readonly served: FeedServedData;
  readonly seen: CandidateRows;
  /** Read while the state stood at the moment. */
  readonly dropped: CandidateRows['dropped'];
  readonly history: number;
  readonly interactions: number;
  readonly papers: number;
}

/** Stage times are of no interest here. */
const stopwatch = (): number => 0;

/** Ranks with explanations, and looks at the candidates behind the answer. The state is not changed. */
export const look = async (
  state: RankingState,
  { trending, personal, config }: Side,
  request: RankRequest,
  moment: RankMoment,
): Promise<Look> => {
  const pipeline = createRankPipeline({ state, trending, personal, config: { ...config, featureSampleRate: 1 }, stopwatch });
  const { answer, served } = await pipeline.rank({ ...request, explain: true }, moment);
  const seen = await pipeline.inspect(request, moment);
  const reader = request.readerRef === undefined ? null : new ReaderViews(state.parts).find(request.readerRef);
  const { papers, interactions } = state.stats;
  return { answer, served, seen, dropped: seen.dropped, history: reader?.history.length ?? 0, papers, interactions };
};
