import type { Logger } from '#telemetry';
import type { ScorerName } from '#ranking';
import type { Scorers, ShelfObserver } from '../models/model-shelf.js';
import type { RankerMetrics } from '../ranker.metrics.js';
import type { SparseLog } from './sparse-log.js';

/** Shows which models serve, and says which could not. */
export class ModelWatch implements ShelfObserver {
  constructor(
    private readonly metrics: RankerMetrics,
    private readonly logger: Logger,
    private readonly sparse: SparseLog,
  ) {}

  serving(arms: ReadonlyMap<string, Scorers>): void {
    this.metrics.modelInfo.reset();
    for (const [arm, scorers] of arms) {
      const versions = Object.values(scorers).map(({ name, version }) => ({ model: name, version }));
      for (const { model, version } of versions) this.metrics.modelInfo.set({ model, version, arm }, 1);
      this.logger.info({ arm, models: versions.map(({ model, version }) => `${model}@${version}`) }, 'models serve');
    }
  }

  notLoaded(model: ScorerName | 'encoder', version: string, error: unknown): void {
    this.metrics.modelFailures.inc({ model });
    this.logger.error({ model, version, err: error }, 'model is not fit to serve');
  }

  registryFailed(error: unknown): void {
    this.metrics.registryFailures.inc();
    this.sparse.say('registry', (leftOut) =>
      this.logger.warn({ err: error, leftOut }, 'the model registry cannot be read; the models that serve go on'),
    );
  }

  compared(live: Float32Array, shadow: Float32Array, heads: number): void {
    for (let row = 0; row < live.length; row += heads) {
      this.metrics.shadowDifference.observe(Math.abs((live[row] ?? NaN) - (shadow[row] ?? NaN)));
    }
  }

  shadowFailed(error: unknown): void {
    this.metrics.shadowFailures.inc();
    this.sparse.say('shadow', (leftOut) => this.logger.warn({ err: error, leftOut }, 'the shadow model failed'));
  }
}
