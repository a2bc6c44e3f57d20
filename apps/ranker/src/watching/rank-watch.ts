import { Failure, type RankRefusal, type RankRequest } from '#contracts';
import type { RankOutcome } from '#ranking';
import type { Logger } from '#telemetry';
import type { RankObserver } from '../rank/rank-slate.js';
import type { RankerMetrics } from '../ranker.metrics.js';
import type { SparseLog } from './sparse-log.js';

/** Measures every Rank request: how long, how whole, and what each stage of the pipeline did. */
export class RankWatch implements RankObserver {
  constructor(
    private readonly metrics: RankerMetrics,
    private readonly logger: Logger,
    private readonly sparse: SparseLog,
  ) {}

  answered({ surface }: RankRequest, { answer, stages }: RankOutcome, seconds: number): void {
    const { metrics } = this;
    metrics.rankSeconds.observe({ surface, outcome: answer.degraded.length === 0 ? 'whole' : 'degraded' }, seconds);
    metrics.items.observe({ surface }, answer.items.length);
    const [first] = answer.items;
    if (first !== undefined) metrics.scores.observe({ surface }, first.score);
    for (const missing of answer.degraded) metrics.degraded.inc({ surface, missing });
    for (const { stage, component, ms, kept, dropped, skipped } of stages) {
      if (skipped !== undefined) {
        metrics.stagesSkipped.inc({ stage, component, reason: skipped });
        continue;
      }
      metrics.stageSeconds.observe({ stage, component }, ms / 1000);
      if (stage === 'source') metrics.candidates.inc({ source: component }, kept);
      if (stage === 'filter') metrics.dropped.inc({ filter: component }, dropped);
    }
  }

  refused(surface: RankRequest['surface'] | null, { code }: RankRefusal['refused'], error: unknown, seconds: number): void {
    this.metrics.rankSeconds.observe({ surface: surface ?? 'unreadable', outcome: 'refused' }, seconds);
    this.metrics.refused.inc({ code });
    // Refusals that we chose are in the metrics; an error that nobody foresaw has to be seen with its stack.
    if (error instanceof Failure && (error.retryable || code === 'INVALID_REQUEST' || code === 'DEADLINE_EXCEEDED')) return;
    this.sparse.say('rank-failed', (leftOut) => this.logger.error({ err: error, surface, code, leftOut }, 'a rank request failed'));
  }
}
