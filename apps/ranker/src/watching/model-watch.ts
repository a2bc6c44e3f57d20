import type { Logger } from '#telemetry';
import type { RowScorer, ScorerName } from '#ranking';
import { LIVE_ARM } from '#ranking';
import type { Scorers, ShelfObserver } from '../models/model-shelf.js';
import type { OwnReport, Served } from '../models/replica-reports.js';
import { ShadowedRowScorer } from '../models/shadowed-row-scorer.js';
import type { RankerMetrics } from '../ranker.metrics.js';
import type { SparseLog } from './sparse-log.js';

interface FailedLoad {
  readonly model: string;
  readonly version: string;
  readonly problem: string;
  readonly at: string;
}

const told = (scorer: RowScorer): object => ({
  version: scorer.version,
  ...(scorer instanceof ShadowedRowScorer ? { shadow: scorer.shadow.version } : {}),
});

/** An arm says of every model what it is served by; a shadow goes with the live one only. */
const partsOf = (arm: string, scorer: RowScorer): Served[] => {
  const { name: model, version } = scorer;
  if (arm !== LIVE_ARM) return [{ model, version, part: 'arm', arm }];
  const live: Served = { model, version, part: 'live' };
  return scorer instanceof ShadowedRowScorer ? [live, { model, version: scorer.shadow.version, part: 'shadow' }] : [live];
};

/** Failed versions that are told: the last ones. */
const MOST_FAILED = 20;

/** Shows which models serve, and says which could not. */
export class ModelWatch implements ShelfObserver {
  private arms: ReadonlyMap<string, Scorers> = new Map();
  private readonly failed = new Map<string, FailedLoad>();

  constructor(
    private readonly metrics: RankerMetrics,
    private readonly logger: Logger,
    private readonly sparse: SparseLog,
  ) {}

  /** `/models` of the admin port: what serves, arm by arm, with shadows; and which versions could not be loaded, and why. */
  readonly page = (): object => ({
    arms: Object.fromEntries(
      [...this.arms].map(([arm, scorers]) => [
        arm,
        Object.fromEntries(Object.values(scorers).map((scorer) => [scorer.name, told(scorer)])),
      ]),
    ),
    failed: [...this.failed.values()],
  });

  /** The same for the registry: each version with its part, and each that was refused since it last served. */
  told(): Pick<OwnReport, 'serving' | 'problems'> {
    return {
      serving: [...this.arms].flatMap(([arm, scorers]) => Object.values(scorers).flatMap((scorer) => partsOf(arm, scorer))),
      problems: [...this.failed.values()].map(({ model, version, problem }) => ({ model, version, problem })),
    };
  }

  serving(arms: ReadonlyMap<string, Scorers>): void {
    this.arms = arms;
    for (const { name, version } of [...arms.values()].flatMap((scorers) => Object.values(scorers)))
      this.failed.delete(`${name}@${version}`);
    this.metrics.modelInfo.reset();
    for (const [arm, scorers] of arms) {
      const versions = Object.values(scorers).map(({ name, version }) => ({ model: name, version }));
      for (const { model, version } of versions) this.metrics.modelInfo.set({ model, version, arm }, 1);
      this.logger.info({ arm, models: versions.map(({ model, version }) => `${model}@${version}`) }, 'models serve');
    }
  }

  notLoaded(model: ScorerName | 'encoder', version: string, error: unknown): void {
    this.metrics.modelFailures.inc({ model });
    const key = `${model}@${version}`;
    this.failed.delete(key);
    this.failed.set(key, { model, version, problem: error instanceof Error ? error.message : 'unknown', at: new Date().toISOString() });
    for (const oldest of this.failed.keys()) if (this.failed.size > MOST_FAILED) this.failed.delete(oldest);
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
