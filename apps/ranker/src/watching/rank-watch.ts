import { type EpochMs, Failure, type RankAnswer, type RankRefusal, type RankRequest } from '#contracts';
import type { RankOutcome } from '#ranking';
import { type Logger, noTracing, observeTraced, type Tracing } from '#telemetry';
import type { RankObserver } from '../rank/rank-slate.js';
import type { RankerMetrics } from '../ranker.metrics.js';
import { ScoreDrift } from './score-drift.js';
import { ShownPapers } from './shown-papers.js';
import type { SparseLog } from './sparse-log.js';
import { addStageSpans } from './stage-spans.js';

/** Measures every Rank request: how long, how whole, and what each stage of the pipeline did. */
export class RankWatch implements RankObserver {
  private readonly shown = new ShownPapers();
  /** By model; begun anew with each version. */
  private readonly drifts = new Map<string, { readonly version: string; readonly drift: ScoreDrift }>();

  constructor(
    private readonly metrics: RankerMetrics,
    private readonly logger: Logger,
    private readonly sparse: SparseLog,
    now: () => EpochMs,
    private readonly tracing: Tracing = noTracing,
  ) {
    metrics.gauge('ranker_shown_papers', 'Different papers in answers of the last hour.', () => this.shown.distinct(now()));
    metrics.gaugeBy(
      'model',
      'ranker_score_drift',
      'Population stability index of the last 2,000 scores of a model against the first 2,000 of its version here.',
      () => [...this.drifts].map(([model, { drift }]) => [model, drift.index]),
    );
  }

  answered(request: RankRequest, { answer, stages }: RankOutcome, seconds: number): void {
    const { metrics } = this;
    const { surface } = request;
    if (request.shown !== false) this.see(request, answer);
    const outcome = answer.degraded.length === 0 ? 'whole' : 'degraded';
    observeTraced(metrics.rankSeconds, { surface, outcome }, seconds, this.tracing.active());
    addStageSpans(this.tracing, surface, answer.degraded, stages);
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

  /** What readers saw: not look-ups of the gateway. */
  private see({ readerRef }: RankRequest, { items, model, asOf }: RankAnswer): void {
    const { shown, repeated } = this.shown.show(
      readerRef,
      items.map(({ paperId }) => paperId),
      Date.parse(asOf),
    );
    this.metrics.shownItems.inc(shown);
    this.metrics.repeatedItems.inc(repeated);
    const drift = this.driftOf(model);
    for (const { score } of items) drift.observe(score);
  }

  private driftOf({ name, version }: RankAnswer['model']): ScoreDrift {
    const known = this.drifts.get(name);
    if (known?.version === version) return known.drift;
    const drift = new ScoreDrift();
    this.drifts.set(name, { version, drift });
    return drift;
  }

  refused(surface: RankRequest['surface'] | null, { code }: RankRefusal['refused'], error: unknown, seconds: number): void {
    observeTraced(this.metrics.rankSeconds, { surface: surface ?? 'unreadable', outcome: 'refused' }, seconds, this.tracing.active());
    this.metrics.refused.inc({ code });
    // Refusals that we chose are in the metrics; an error that nobody foresaw has to be seen with its stack.
    if (error instanceof Failure && (error.retryable || code === 'INVALID_REQUEST' || code === 'DEADLINE_EXCEEDED')) return;
    this.sparse.say('rank-failed', (leftOut) => this.logger.error({ err: error, surface, code, leftOut }, 'a rank request failed'));
  }
}
