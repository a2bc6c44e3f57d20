import type { EpochMs } from '#contracts';
import { personalFeatureNames, trendingFeatureNames } from '#ranking';
import type { RankedList } from '../listwise-ranker.js';

/** Models that learn from what was shown. */
export const retrainable = { personal: personalFeatureNames, trending: trendingFeatureNames } as const;
export type RetrainableModel = keyof typeof retrainable;

/** The papers of one answer that the model scored, with its features as they were at that moment, and what the reader did on each. */
export interface ShownList extends RankedList {
  readonly requestId: string;
  readonly at: EpochMs;
  /** Null for anonymous readers. */
  readonly reader: string | null;
  /** Index of the period that was asked for: the head of the trending model that ordered it. */
  readonly head: number;
}

/** Whether something of worth was done on some of its papers, and not on all: only then an order can be better than another. */
export const tells = ({ gains }: Pick<ShownList, 'gains'>): boolean => gains.some((gain) => gain > 0) && gains.some((gain) => gain === 0);
