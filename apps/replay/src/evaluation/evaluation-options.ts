import type { SliceKind } from './evaluation-result.js';
import { parseMetric, type Metric } from './metric.js';

export interface EvaluationOptions {
  readonly metrics: readonly Metric[];
  readonly by: readonly SliceKind[];
  readonly seed: number;
  /** Resamples of a bootstrap interval. */
  readonly resamples: number;
  readonly level: number;
  /** What a slot earns in off-policy estimates; null = none are made. */
  readonly offPolicy: { readonly reward: 'engaged' | 'gain' } | null;
  /** Which readers count (by `readerRef`, or `requestId` of a request without one); default: all. */
  readonly keeps?: (reader: string) => boolean;
}

export const defaultMetrics = ['ndcg@10', 'mrr', 'recall@50', 'map', 'hit@10', 'coverage', 'novelty', 'calibration'] as const;

/** For names from code. @throws RangeError */
export const metricsOf = (names: readonly string[]): Metric[] =>
  names.map((name) => {
    const metric = parseMetric(name);
    if (typeof metric === 'string') throw new RangeError(metric);
    return metric;
  });

export const defaultEvaluationOptions: EvaluationOptions = {
  metrics: metricsOf(defaultMetrics),
  by: ['topic', 'age', 'activity', 'surface', 'arm'],
  seed: 1,
  resamples: 1000,
  level: 0.95,
  offPolicy: null,
};
