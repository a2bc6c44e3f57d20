import { Global, Module, type DynamicModule } from '@nestjs/common';
import { OnnxPaperEncoder } from '#model';
import { createRankPipeline, defaultRankingConfig, RankingState, type RankingConfig } from '#ranking';
import { checkApart } from '../models/check/check-apart.js';
import { KnownUnfit } from '../models/check/known-unfit.js';
import { loadVersion } from '../models/load-version.js';
import { loadEncoder } from '../models/load-encoder.js';
import { ModelFolders } from '../models/model-folders.js';
import { ModelShelf, type Scorers } from '../models/model-shelf.js';
import { ModelSupply } from '../models/model-supply.js';
import { quickEnough } from '../models/pace.js';
import { RegistryReader } from '../models/registry-reader.js';
import { ReplicaReporter } from '../models/replica-reporter.js';
import { ReplicaReports } from '../models/replica-reports.js';
import type { RankPipeline } from '../rank/rank-slate.js';
import { ModelWatch } from '../watching/model-watch.js';
import { monotonicClock, type Tools } from './tools.js';

/** Nest matches generic classes by the class itself. */
export class PipelineShelf extends ModelShelf<RankPipeline> {}

const pipelineShelf = ({ config }: Tools, watch: ModelWatch, folders: ModelFolders, state: RankingState): PipelineShelf => {
  const ranking: RankingConfig = { ...defaultRankingConfig, featureSampleRate: config.FEATURES_SHARE };
  const known = new KnownUnfit(monotonicClock);
  const shelf: PipelineShelf = new PipelineShelf({
    load: async (name, version, signal) => {
      const [directory, maxMs] = [folders.pathOf(name, version), config.MODEL_MAX_MS];
      // Nothing is served during the start, so nobody waits for the check.
      const starting = Object.keys(shelf.versions).length === 0;
      if (!starting) await known.unlessRefused(directory, () => checkApart({ name, directory, maxMs }, signal));
      const scorer = await loadVersion(name, directory);
      return starting ? quickEnough(scorer, maxMs, monotonicClock) : scorer;
    },
    build: (arm: string, { trending, personal }: Scorers) =>
      createRankPipeline({ state, trending, personal, config: { ...ranking, arm }, stopwatch: monotonicClock }),
    observer: watch,
  });
  return shelf;
};

/** The models that serve, and where new ones come from. */
@Global()
@Module({})
export class ModelsModule {
  static with(tools: Tools): DynamicModule {
    const { config, logger, metrics, sparse } = tools;
    const watch = new ModelWatch(metrics, logger, sparse);
    return {
      module: ModelsModule,
      providers: [
        { provide: ModelWatch, useValue: watch },
        { provide: ModelFolders, useFactory: () => new ModelFolders(config.MODELS_DIR) },
        {
          provide: OnnxPaperEncoder,
          useFactory: (folders: ModelFolders, registry: RegistryReader) =>
            loadEncoder({
              folders,
              registry,
              load: (directory) => OnnxPaperEncoder.load(directory),
              notLoaded: (version, error) => watch.notLoaded('encoder', version, error),
            }),
          inject: [ModelFolders, RegistryReader],
        },
        {
          provide: PipelineShelf,
          useFactory: (folders: ModelFolders, state: RankingState) => pipelineShelf(tools, watch, folders, state),
          inject: [ModelFolders, RankingState],
        },
        {
          provide: ReplicaReporter,
          useFactory: (reports: ReplicaReports) =>
            new ReplicaReporter({
              reports,
              told: () => watch.told(),
              failed: (error) => watch.registryFailed(error),
              heartbeatMs: config.MODELS_POLL_S * 1000,
            }),
          inject: [ReplicaReports],
        },
        {
          provide: ModelSupply,
          useFactory: async (folders: ModelFolders, registry: RegistryReader, shelf: PipelineShelf, reporter: ReplicaReporter) => {
            const supply = new ModelSupply({
              folders,
              registry,
              shelf,
              registryFailed: (error) => watch.registryFailed(error),
              dealtWith: (revision, adopted) => reporter.dealtWith(revision, adopted),
              pollMs: config.MODELS_POLL_S * 1000,
            });
            await supply.open();
            return supply;
          },
          inject: [ModelFolders, RegistryReader, PipelineShelf, ReplicaReporter],
        },
      ],
      exports: [OnnxPaperEncoder, PipelineShelf, ModelSupply, ModelWatch, ModelFolders, ReplicaReporter],
    };
  }
}
