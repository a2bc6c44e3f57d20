import { periods } from '#contracts';
import { personalFeatureNames, trendingFeatureNames } from '#ranking';

/** What this code asks of each model of rows: its own feature list and the heads that the pipeline reads. */
export const rowExpectations = {
  trending: { kind: 'trending', features: trendingFeatureNames, heads: periods.length },
  personal: { kind: 'personal', features: personalFeatureNames, heads: 1 },
} as const;
