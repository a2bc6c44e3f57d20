import type { Evaluation, SideName } from '../../evaluation/evaluation-result.js';
import type { Manifest } from '../../files/manifest.js';
import type { Accrual, ReplayedPaper, StreamSummary, Trend } from '../../files/run-files.js';
import type { Agreement } from './agreement.js';

/** All that the plots and tables of a report are made of. */
export interface RunFacts {
  readonly manifest: Manifest;
  readonly evaluation: Evaluation;
  readonly stream: StreamSummary | null;
  readonly papers: ReadonlyMap<string, ReplayedPaper>;
  /** By time, an hour apart. */
  readonly trends: readonly Trend[];
  readonly accrual: readonly Accrual[];
  /** "name version" of the models that each side answered with, most used first. */
  readonly models: Partial<Record<SideName, readonly string[]>>;
  readonly agreement: Agreement;
}
