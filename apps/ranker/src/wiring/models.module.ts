import { Global, Module, type DynamicModule } from '@nestjs/common';
import { OnnxPaperEncoder, OnnxRowScorer } from '#model';
import { createRankPipeline, defaultRankingConfig, RankingState, type RankingConfig } from '#ranking';
import { expectations } from '../models/expectations.js';
import { loadEncoder } from '../models/load-encoder.js';
import { ModelFolders } from '../models/model-folders.js';
import { ModelShelf, type Scorers } from '../models/model-shelf.js';
import { ModelSupply } from '../models/model-supply.js';
import { quickEnough } from '../models/pace.js';
import { RegistryReader } from '../models/registry-reader.js';
import type { RankPipeline } from '../rank/rank-slate.js';
import { ModelWatch } from '../watching/model-watch.js';
import { monotonicClock, type Tools } from './tools.js';

/** Nest matches generic classes by the class itself. */
export class PipelineShelf extends ModelShelf<RankPipeline> {}

const pipelineShelf = ({ config }: Tools, watch: ModelWatch, folders: ModelFolders, state: RankingState): PipelineShelf => {
  const ranking: RankingConfig = { ...defaultRankingConfig, featureSampleRate: config.FEATURES_SHARE };
  return new PipelineShelf({
    load: async (name, version) =>
      quickEnough(await OnnxRowScorer.load(folders.pathOf(name, version), expectations[name]), config.MODEL_MAX_MS, () =>
        performance.now(),
      ),
    build: (arm: string, { trending, personal }: Scorers) =>
      createRankPipeline({ state, trending, personal, config: { ...ranking, arm }, stopwatch: monotonicClock }),
    observer: watch,
  });
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
          provide: ModelSupply,
          useFactory: async (folders: ModelFolders, registry: RegistryReader, shelf: PipelineShelf) => {
            const registryFailed = (error: unknown): void => watch.registryFailed(error);
            const supply = new ModelSupply({ folders, registry, shelf, registryFailed, pollMs: config.MODELS_POLL_S * 1000 });
            await supply.open();
            return supply;
          },
          inject: [ModelFolders, RegistryReader, PipelineShelf],
        },
      ],
      exports: [OnnxPaperEncoder, PipelineShelf, ModelSupply, ModelWatch],
    };
  }
}
