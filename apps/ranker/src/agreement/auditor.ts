import type { Logger } from '#telemetry';
import type { AuditorMetrics } from './auditor.metrics.js';
import { type Comparison, comparisonLine, outcomeOf } from './compare-replicas.js';

/** Compares replicas again and again, counts what it finds, and says in the log who differs or is silent. */
export class Auditor {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly compare: () => Promise<Comparison>,
    private readonly everyMs: number,
    private readonly metrics: Pick<AuditorMetrics, 'count'>,
    private readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>,
  ) {}

  start(): void {
    this.running = this.round();
  }

  /** Waits for the comparison that is under way, so that no replica is left standing. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async round(): Promise<void> {
    try {
      const comparison = await this.compare();
      const outcome = outcomeOf(comparison);
      this.metrics.count(outcome);
      const found = {
        outcome,
        positions: comparison.positions,
        hashes: Object.fromEntries(comparison.hashes),
        missing: comparison.missing,
      };
      if (outcome === 'different') this.logger.error(found, comparisonLine(comparison));
      else if (outcome === 'unreachable') this.logger.warn(found, comparisonLine(comparison));
      else this.logger.info({ outcome, hashes: found.hashes }, comparisonLine(comparison));
    } catch (error) {
      this.metrics.count('unreachable');
      this.logger.error({ err: error }, 'replicas could not be compared');
    }
    if (!this.stopped) this.timer = setTimeout(() => this.start(), this.everyMs);
  }
}
