import { periods } from '#contracts';
import { personalFeatureNames, trendingFeatureNames } from '#ranking';
import type { ScorerName } from '#ranking';

/** What the code computes is what a model must have been trained on: a file with other features or heads is not fit. */
export const expectations = {
  trending: { kind: 'trending', features: trendingFeatureNames, heads: periods.length },
  personal: { kind: 'personal', features: personalFeatureNames, heads: 1 },
} as const satisfies Record<ScorerName, unknown>;
