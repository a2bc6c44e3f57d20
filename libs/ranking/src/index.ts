export type { PaperEncoder, RowScorer } from './ports.js';
export { featureHash, type Feature } from './features/feature.js';
export { personalFeatureNames, personalFeatures } from './features/personal-features.js';
export {
  attentionHalfLives,
  rankedSources,
  upvoteHalfLives,
  type PaperSignals,
  type PersonalSignals,
  type RankedSource,
  type SourceSignal,
  type TrackRecord,
} from './features/signals.js';
export { trendingFeatureNames, trendingFeatures } from './features/trending-features.js';
export { defaultRankingConfig, type RankingConfig } from './pipeline/ranking-config.js';
export type { RankMoment, RankOutcome, StageReport } from './pipeline/rank-outcome.js';
export { defaultStateConfig, type FoldOutcome, type StateConfig } from './state/state-config.js';
export { foldText, tokenize } from './text/tokenizer.js';
export { RankingState, type StateParts, type StateStats } from './state/ranking-state.js';
export { StateSnapshotFailure } from './state/state-snapshot.failure.js';
