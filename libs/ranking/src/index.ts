export type { PaperEncoder, RowScorer } from './ports.js';
export { featureHash, type Feature } from './features/feature.js';
export { personalFeatureNames, personalFeatures } from './features/personal-features.js';
export {
  AUTHORS_LOOKED_AT,
  attentionHalfLives,
  recentHours,
  rankedSources,
  unknownPaper,
  upvoteHalfLives,
  type PaperSignals,
  type PersonalSignals,
  type RankedSource,
  type SourceSignal,
  type TrackRecord,
} from './features/signals.js';
export { trendingFeatureNames, trendingFeatures } from './features/trending-features.js';
export { defaultRankingConfig, type RankingConfig } from './pipeline/ranking-config.js';
export {
  armOf,
  LIVE_ARM,
  planModels,
  scorerNames,
  type ArmPlan,
  type ModelPlan,
  type RegistryEntry,
  type ScorerName,
} from './experiments/model-plan.js';
export { seedOf } from './pipeline/seed.js';
export type { RankMoment, RankOutcome, StageReport } from './pipeline/rank-outcome.js';
export { defaultStateConfig, type FoldOutcome, type StateConfig } from './state/state-config.js';
export { ENCODE_BATCH, encodeEach, foldDecoded, type FoldedState, type Readable } from './state/fold-decoded.js';
export { foldText, tokenize } from './text/tokenizer.js';
export { codeOwnerName } from './state/paper-facts.js';
export { decayedCountsAt, type DatedActions } from './state/dated-counts.js';
export { RankingState, type StateStats } from './state/ranking-state.js';
export type { StateParts } from './state/state-parts.js';
export { ReaderViews } from './state/reader-view.js';
export { timesOf, type EventTimes } from './state/clock.js';
export { StateSnapshotFailure } from './state/state-snapshot.failure.js';
export {
  createRankPipeline,
  rankingConfigHash,
  type CandidateRows,
  type RankPipeline,
  type RankPipelineDeps,
} from './pipeline/rank-pipeline.js';
export { decayedSum, unit, type EncodedAction, type ReaderEncoder } from './state/taste.js';
export { FeatureListFailure } from './scorers/feature-list.failure.js';
export { ScoreFailure } from './scorers/score.failure.js';
export { bootstrapInterval, clusteredInterval, pairedDifference } from './evaluation/bootstrap.js';
export { ClusterSums, type Ratio } from './evaluation/cluster-sums.js';
export { gini, lorenzCurve, type LorenzPoint } from './evaluation/concentration.js';
export { independentDifference, wilsonInterval, type Interval } from './evaluation/interval.js';
export { logisticCurve, type ChanceOf } from './evaluation/logistic-curve.js';
export { attention, averagePrecision, hit, mean, ndcg, recall, reciprocalRank } from './evaluation/measures.js';
export { NormalEquations } from './evaluation/normal-equations.js';
export { OffPolicySums, type OffPolicyEstimates, type OffPolicySample } from './evaluation/off-policy.js';
export { kendallTau, overlapAt, rankBiasedOverlap } from './evaluation/rank-agreement.js';
export { countsBetween, populationStability, quantileOf, ScoreSketch, type SketchBin } from './evaluation/score-sketch.js';
export { drawBelow, seededRandom, type Random } from './evaluation/random.js';
export type { CatalogueScorer } from './evaluation/baselines/catalogue-scores.js';
export { itemKnn, itemKnnSettings, type ItemKnnSettings } from './evaluation/baselines/item-knn.js';
export { fuse, type Fusion } from './evaluation/baselines/rank-fusion.js';
export { tfIdf } from './evaluation/baselines/tf-idf.js';
export { topItems } from './evaluation/baselines/top-items.js';
export { DecayedTallies, hackerNewsGravity, redditHot } from './evaluation/baselines/by-votes.js';
export { catalogueCoverage, miscalibration, novelty, topicShares, type TopicShares } from './evaluation/beyond-accuracy.js';
export { areaUnderCurve, expectedCalibrationError, reliability, type ReliabilityBin } from './evaluation/probabilities.js';
export { standardised } from './pipeline/standardised.js';
export { activitySlices, type ActivitySlice } from './evaluation/slices.js';
