import { createHash } from 'node:crypto';
import { MAX_SLATE, periods, type RankRequest, type Surface } from '#contracts';
import { featureHash } from '../features/feature.js';
import { personalFeatureNames, personalFeatures } from '../features/personal-features.js';
import { trendingFeatureNames, trendingFeatures } from '../features/trending-features.js';
import { alreadyRead } from '../filters/already-read.js';
import { excluded } from '../filters/excluded.js';
import { hidden } from '../filters/hidden.js';
import { muted } from '../filters/muted.js';
import { own } from '../filters/own.js';
import { withdrawn } from '../filters/withdrawn.js';
import type { RowScorer } from '../ports.js';
import { decayedVotes } from '../scorers/decayed-votes.js';
import { personalModel } from '../scorers/personal-model.js';
import { RowScoring } from '../scorers/row-scoring.js';
import { likeness, rankFusion, scoreOf } from '../scorers/source-scores.js';
import { trendingModel } from '../scorers/trending-model.js';
import { fillExplorationSlots } from '../selectors/exploration-slots.js';
import { spread } from '../selectors/spread.js';
import { coReadWithHistorySource, coReadWithPaperSource } from '../sources/co-read.js';
import { citedSource } from '../sources/cited.js';
import { explorationSource } from '../sources/exploration.js';
import { followedSource } from '../sources/followed.js';
import { freshSource } from '../sources/fresh.js';
import { MostUpvoted } from '../sources/most-upvoted.js';
import { searchSource } from '../sources/search.js';
import { nearReaderStateSource, similarToPaperSource, similarToTasteSource } from '../sources/similar.js';
import { textSource } from '../sources/text.js';
import { trendingSource } from '../sources/trending.js';
import type { RankingState } from '../state/ranking-state.js';
import { ReaderViews } from '../state/reader-view.js';
import { decayedSum, Tastes, type ReaderEncoder } from '../state/taste.js';
import { answerOf, type Ranking } from './answer.js';
import { readQuery } from './query.js';
import type { RankingConfig } from './ranking-config.js';
import type { RankMoment, RankOutcome } from './rank-outcome.js';
import { StageRunner } from './runner.js';
import type { Candidate, Filter, RankQuery, Scored, Scorer, Scores, Selector, Slot, Source } from './stages.js';

export interface RankPipelineDeps {
  readonly state: RankingState;
  /** One head per `periods` of the contracts. */
  readonly trending: RowScorer;
  readonly personal: RowScorer;
  readonly config: RankingConfig;
  /** Milliseconds on a clock that only goes forward; for stage times only. */
  readonly stopwatch: () => number;
  /** Default: a decayed sum of the vectors of what the reader chose, by the configuration's half-life. */
  readonly readerEncoder?: ReaderEncoder;
  /** A learned encoder of readers' states, whose answers are in the space of content vectors; default: none, and its source and column stay empty. */
  readonly stateEncoder?: ReaderEncoder;
}

/** The rows that a model is shown for a request, for training and replay: exactly what serving fills. */
export interface CandidateRows {
  readonly candidates: readonly { readonly paperId: string; readonly sources: Readonly<Record<string, number>> }[];
  readonly model: { readonly name: string; readonly version: string };
  readonly features: readonly string[];
  /** float32 [candidates, features], row-major. */
  readonly rows: Float32Array;
  readonly scores: ArrayLike<number>;
  /** What was proposed and not kept: by which filter, and who had proposed it. */
  readonly dropped: readonly { readonly paperId: string; readonly filter: string; readonly sources: Readonly<Record<string, number>> }[];
}

export interface RankPipeline {
  rank(request: RankRequest, moment: RankMoment): Promise<RankOutcome>;
  /** Candidates after filters, with the rows and scores of the first scorer that ran; nothing selected. */
  inspect(request: RankRequest, moment: RankMoment): Promise<CandidateRows>;
}

/** How one surface is ranked. */
interface Plan {
  readonly sources: readonly Source[];
  readonly filters: readonly Filter[];
  /** Tried in order: each is the fall-back of the one before; the last asks no model. */
  readonly scorers: readonly Scorer[];
  readonly selectors: readonly Selector[];
  readonly explores: boolean;
}

/** What no surface shows, not even a page that was pinned before. */
const always: readonly Filter[] = [withdrawn, hidden, muted, excluded];

/** The ranker, surface by surface, in the order it runs. To change what readers see, start here. */
const plansOf = ({ state: { parts: state }, trending, personal, config, stateEncoder }: RankPipelineDeps): ((query: RankQuery) => Plan) => {
  const { candidates: most, reserveMs } = config;
  const trendingRows = new RowScoring(trending, trendingFeatures, periods.length);
  const personalRows = new RowScoring(personal, personalFeatures, 1);
  const mostUpvoted = new MostUpvoted(state);
  const byVotes = config.trendingHalfLifeHours > 0 ? decayedVotes(config.trendingHalfLifeHours) : trendingModel(trendingRows);

  const plans: Record<Surface | 'for-a-new-reader', Plan> = {
    trending: {
      sources: [trendingSource({ perList: MAX_SLATE, limit: 7 * MAX_SLATE }, mostUpvoted), freshSource(MAX_SLATE)],
      filters: always,
      scorers: [byVotes, rankFusion],
      selectors: [],
      explores: false,
    },
    latest: {
      sources: [freshSource(2 * MAX_SLATE)],
      filters: always,
      scorers: [scoreOf('fresh', { name: 'newest-first', version: '1' })],
      selectors: [],
      explores: false,
    },
    similar: {
      sources: [similarToPaperSource(most.similar), coReadWithPaperSource({ limit: most.coRead, neighbours: config.coReadNeighbours })],
      filters: always,
      scorers: [likeness],
      selectors: [],
      explores: false,
    },
    search: {
      sources: [searchSource(most.search)],
      filters: always,
      scorers: [scoreOf('search', { name: 'bm25', version: '1' })],
      selectors: [],
      explores: false,
    },
    'for-you': {
      sources: [
        trendingSource({ perList: most.trending, limit: most.trending }, mostUpvoted),
        freshSource(most.fresh),
        followedSource(most.followed),
        similarToTasteSource(most.similar, reserveMs.similar),
        textSource(most.text, reserveMs.text),
        coReadWithHistorySource({
          limit: most.coRead,
          depth: config.coReadDepth,
          neighbours: config.coReadNeighbours,
          reserveMs: reserveMs.coRead,
        }),
        citedSource(most.cited, reserveMs.cited),
        ...(stateEncoder === undefined ? [] : [nearReaderStateSource(most.readerState, reserveMs.readerState)]),
        explorationSource(most.exploration, reserveMs.exploration),
      ],
      filters: [...always, alreadyRead, own],
      scorers: [personalModel(personalRows, trendingRows, reserveMs.personal), byVotes, rankFusion],
      selectors: [spread(config.spread)],
      explores: true,
    },
    'for-a-new-reader': {
      sources: [
        trendingSource({ perList: most.trending, limit: most.trending }, mostUpvoted),
        freshSource(most.fresh),
        explorationSource(most.exploration, reserveMs.exploration),
      ],
      filters: [...always, alreadyRead, own],
      scorers: [byVotes, rankFusion],
      selectors: [spread(config.spread)],
      explores: true,
    },
  };
  return (query) => plans[isStarting(query) ? 'for-a-new-reader' : query.request.surface];
};

/** For-you of a reader without history and without follows: nothing personal to go by. */
const isStarting = ({ request, history, reader }: RankQuery): boolean =>
  request.surface === 'for-you' && history.length === 0 && (reader === null || reader.followed.size === 0);

/**
 * @throws {FeatureListFailure} a model was made for other features than this code has.
 */
export const createRankPipeline = (deps: RankPipelineDeps): RankPipeline => {
  const { state, config, stopwatch } = deps;
  const planOf = plansOf(deps);
  const lookUp = {
    state: state.parts,
    views: new ReaderViews(state.parts),
    tastes: new Tastes(state.parts, deps.readerEncoder ?? decayedSum(config.tasteHalfLifeHours)),
    readerStates: deps.stateEncoder === undefined ? null : new Tastes(state.parts, deps.stateEncoder),
    historyDepth: config.historyDepth,
  };
  const configHash = rankingConfigHash(config);
  const models = { encoder: state.config.encoderVersion, trending: deps.trending.version, personal: deps.personal.version };

  /** Sources, filters, scorer: what a surface knows before anything is selected. */
  const scored = async (request: RankRequest, moment: RankMoment) => {
    const runner = new StageRunner(moment, stopwatch);
    const positions = state.positions;
    const query = runner.timed(
      'hydrate',
      { name: 'query' },
      () => 1,
      () => {
        state.parts.decayed.refresh(state.stats.watermark);
        return readQuery(lookUp, request, moment);
      },
    );
    const plan = planOf(query);
    const gathered = runner.gather(query, plan.sources);
    const found = request.pinned === undefined ? gathered : onlyPinned(query, request.pinned, gathered);
    const filters = request.pinned === undefined ? plan.filters : always;
    const candidates = runner.filter(query, filters, found);
    const scores = await runner.score(query, plan.scorers, candidates);
    return { runner, query, plan, candidates, scores, positions, found: found.length, filters, proposed: found };
  };

  return {
    async rank(request, moment): Promise<RankOutcome> {
      const { runner, query, plan, candidates, scores, positions, found } = await scored(request, moment);
      const ranked = candidates.map((candidate, row): Scored => ({ candidate, score: scores.values[row]!, row }));
      const slots = request.pinned === undefined ? selected(runner, query, plan, byScore(query, ranked), config) : ranked.map(fixed);
      const shown = slots.slice(0, request.limit);
      const explanation = request.explain ? await explained(runner, scores, shown, config) : null;
      const ranking: Ranking = {
        query,
        scores,
        shown,
        explanation,
        rest: slots.slice(request.limit, MAX_SLATE),
        found,
        starting: isStarting(query),
      };
      return answerOf(ranking, runner, { config, configHash, positions, models });
    },

    async inspect(request, moment): Promise<CandidateRows> {
      const { query, candidates, scores, filters, proposed } = await scored(request, moment);
      const told = ({ paper, findings }: Candidate) => ({
        paperId: state.parts.papers.idOf(paper),
        sources: Object.fromEntries(findings.map(({ source, rank }) => [source, rank])),
      });
      const kept = new Set(candidates);
      return {
        candidates: candidates.map(told),
        // Asked for by explanations only: made when it is read.
        get dropped() {
          return proposed
            .filter((candidate) => !kept.has(candidate))
            .map((candidate) => ({
              ...told(candidate),
              filter: filters.find((filter) => filter.rejects(query, candidate))?.name ?? 'unknown',
            }));
        },
        model: scores.model,
        features: scores.features,
        rows: scores.rows,
        scores: scores.values,
      };
    },
  };
};

/** A pinned slate keeps its papers and its order; sources only tell again why they are there. */
const onlyPinned = ({ state }: RankQuery, pinned: readonly string[], gathered: readonly Candidate[]): Candidate[] => {
  const known = new Map(gathered.map((candidate) => [candidate.paper, candidate]));
  const papers = new Set(pinned.flatMap((id) => state.papers.find(id) ?? []));
  return [...papers].map((paper) => known.get(paper) ?? { paper, findings: [] });
};

/** Best first; equal scores by id. */
const byScore = ({ state }: RankQuery, scored: readonly Scored[]): Scored[] =>
  scored.toSorted((a, b) => b.score - a.score || (state.papers.before(a.candidate.paper, b.candidate.paper) ? -1 : 1));

const selected = (
  runner: StageRunner,
  query: RankQuery,
  plan: Plan,
  ranked: readonly Scored[],
  config: RankingConfig,
): readonly Slot<Scored>[] => {
  let ordered = ranked;
  for (const selector of plan.selectors) {
    const before = ordered;
    ordered = runner.timed(
      'selector',
      selector,
      (slate) => slate.length,
      () => {
        const slate = selector.select(query, before, MAX_SLATE);
        // What did not make the slate stays in reach of exploration, whose pool would else be cut by score.
        const taken = new Set(slate);
        return [...slate, ...before.filter((item) => !taken.has(item))];
      },
    );
  }
  if (!plan.explores) return ordered.slice(0, MAX_SLATE).map(fixed);
  return runner.timed(
    'selector',
    { name: 'exploration-slots' },
    (slots) => slots.length,
    () => fillExplorationSlots(ordered, query.request.limit, config.exploration, query.seed).slice(0, MAX_SLATE),
  );
};

/** A place that nothing was left to chance for. */
const fixed = (item: Scored): Slot<Scored> => ({ item, propensity: 1, drawn: false });

const explained = (runner: StageRunner, scores: Scores, shown: readonly Slot<Scored>[], { reserveMs }: RankingConfig) =>
  runner.optional('explain', { name: 'explain', reserveMs: reserveMs.explain }, shown.length, () =>
    scores.explain(shown.map(({ item }) => item.row)),
  );

/** Identifies what shapes an answer besides state and models. How many answers have their features logged does not: the same hash with another share means the same feeds. */
export const rankingConfigHash = ({ featureSampleRate: _logged, ...config }: RankingConfig): string =>
  createHash('sha256')
    .update(JSON.stringify(config))
    .update(featureHash(trendingFeatureNames))
    .update(featureHash(personalFeatureNames))
    .digest('hex')
    .slice(0, 16);
