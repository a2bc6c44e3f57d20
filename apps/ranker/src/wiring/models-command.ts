import { loadConfig } from '#config';
import { OnnxRowScorer } from '#model';
import { createDataSource, ModelRegistry } from '#persistence';
import { modelsUsage, type ModelsCommand, parseModels } from '../cli/models-command.js';
import { runModels } from '../cli/run-models.js';
import { expectations } from '../models/expectations.js';
import { ModelFolders } from '../models/model-folders.js';
import { quickEnough } from '../models/pace.js';
import { modelsConfigSchema } from '../ranker.config.js';

/** `models ...`. Answers the exit code. @throws with the reason when it is refused. */
export const modelsCommand = async (args: readonly string[], say: (line: string) => void): Promise<number> => {
  let command: ModelsCommand;
  try {
    command = parseModels(args);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\nUsage: ${modelsUsage}`);
    return 2;
  }
  const config = loadConfig(modelsConfigSchema);
  const folders = new ModelFolders(config.MODELS_DIR);
  const database = await createDataSource({ url: config.DATABASE_URL, applicationName: 'broadsheet-models' }).initialize();
  try {
    const lines = await runModels(command, {
      registry: new ModelRegistry(database),
      check: async (name, version) => {
        const scorer = await OnnxRowScorer.load(folders.pathOf(name, version), expectations[name]);
        await (await quickEnough(scorer, config.MODEL_MAX_MS, () => performance.now())).close();
      },
    });
    for (const line of lines) say(line);
    return 0;
  } finally {
    await database.destroy();
  }
};
