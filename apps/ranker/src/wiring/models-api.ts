import { ApiKeys, ModelRegistry, ModelReplicas } from '#persistence';
import type { Logger } from '#telemetry';
import { ModelsApi } from '../admin/models-api.js';
import type { Database } from '../adapters/database.js';
import { checkApart } from '../models/check/check-apart.js';
import { ModelFolders } from '../models/model-folders.js';
import type { RankerConfig } from '../ranker.config.js';

/** The admin API of models, on the database and the folder of this replica. Good before the rest has come up. */
export const modelsApi = (config: RankerConfig, database: Database, logger: Logger): ModelsApi => {
  const folders = new ModelFolders(config.MODELS_DIR);
  const forGood = new AbortController().signal;
  return new ModelsApi({
    stores: async () => {
      const connected = await database.connected();
      return { registry: new ModelRegistry(connected), replicas: new ModelReplicas(connected), keys: new ApiKeys(connected) };
    },
    check: (name, version) => checkApart({ name, directory: folders.pathOf(name, version), maxMs: config.MODEL_MAX_MS }, forGood),
    logger,
  });
};
