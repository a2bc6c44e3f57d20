import { rankRequestSchema, type EpochMs, type FeedServedData, type RankRequest } from '#contracts';
import {
  createRankPipeline,
  rankingConfigHash,
  ReaderViews,
  type RankingConfig,
  type RankingState,
  type RankMoment,
  type RankPipeline,
} from '#ranking';
import type { ReplayedSlate, Trend } from '../files/run-files.js';
import type { Side } from './engine-types.js';

/** What one side answers, in the form of the run's files and in that of the log. */
export interface Answer {
  readonly slate: ReplayedSlate;
  readonly served: FeedServedData;
}

/** Papers of one look at what trends. */
const TREND_SIZE = 20;

/** Stage times are of no interest here. */
const stopwatch = (): number => 0;

/** Features are compared wherever the live answer logged them, so all of ours are kept. */
const loggingAll = (config: RankingConfig): RankingConfig => ({ ...config, featureSampleRate: 1 });

interface OpenSide {
  readonly side: Side;
  readonly pipeline: RankPipeline;
  /** Hash of the configuration by arm, which is a part of it. */
  readonly hashes: Map<string, string>;
}

/** The sides' pipelines over one state. */
export class Ranker {
  readonly #sides: readonly OpenSide[];
  readonly #views: ReaderViews;

  constructor(
    readonly state: RankingState,
    sides: readonly Side[],
  ) {
    this.#views = new ReaderViews(state.parts);
    this.#sides = sides.map((side) => {
      const { trending, personal, config } = side;
      return {
        side,
        hashes: new Map(),
        pipeline: createRankPipeline({ state, trending, personal, config: loggingAll(config), stopwatch }),
      };
    });
  }

  /** Answers of the sides, in their order. */
  async rank(request: RankRequest, moment: RankMoment, arm: string): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (const open of this.#sides) answers.push(await this.#rankBy(open, request, moment, arm));
    return answers;
  }

  /** Place of a paper, from 0, among all candidates of each side by score alone; null where it was no candidate. */
  async places(request: RankRequest, moment: RankMoment, paperId: string): Promise<readonly (number | null)[]> {
    const places: (number | null)[] = [];
    for (const { pipeline } of this.#sides) {
      const { candidates, scores } = await pipeline.inspect(request, moment);
      places.push(placeOf(candidates, scores, paperId));
    }
    return places;
  }

  /** Side a's trending papers of the day. */
  async trending(at: EpochMs): Promise<Trend['top']> {
    const [first] = this.#sides;
    if (first === undefined) return [];
    const request = rankRequestSchema.parse({ requestId: `trend-${at}`, surface: 'trending', limit: TREND_SIZE, budgetMs: 1 });
    const { answer } = await first.pipeline.rank(request, { now: at, seed: 0, remainingMs: () => Infinity });
    return answer.items.map(({ paperId, upvotes, score }) => ({ paperId, upvotes, score }));
  }

  /** Papers that the reader had done something with. */
  historyOf(readerRef: string | undefined): number {
    return readerRef === undefined ? 0 : (this.#views.find(readerRef)?.history.length ?? 0);
  }

  async #rankBy({ side, pipeline, hashes }: OpenSide, request: RankRequest, moment: RankMoment, arm: string): Promise<Answer> {
    const { answer, served } = await pipeline.rank(request, moment);
    let configHash = hashes.get(arm);
    if (configHash === undefined) hashes.set(arm, (configHash = rankingConfigHash({ ...side.config, arm })));
    const slate: ReplayedSlate = {
      model: { ...served.model },
      configHash,
      degraded: [...served.degraded],
      candidates: answer.counts.candidates,
      dropped: { ...answer.counts.dropped },
      slots: served.slots.map(({ paperId, score, propensity, source }) => ({ paperId, score, propensity, source })),
    };
    return { slate, served };
  }
}

/** Equal scores go by id, as in the ranking. */
const placeOf = (candidates: readonly { readonly paperId: string }[], scores: ArrayLike<number>, paperId: string): number | null => {
  const at = candidates.findIndex((candidate) => candidate.paperId === paperId);
  if (at < 0) return null;
  const score = scores[at]!;
  return candidates.filter((other, i) => scores[i]! > score || (scores[i] === score && other.paperId < paperId)).length;
};
