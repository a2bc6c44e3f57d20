import { loadConfig } from '#config';
import { createDataSource, ModelRegistry, ModelReplicas, type DataSource } from '#persistence';
import { changeLines, outcomeLine, registryLines, takeoverLine } from '../cli/model-lines.js';
import { modelsUsage, type ModelsOrder, parseModels } from '../cli/models-command.js';
import { changeModels } from '../models/change-models.js';
import { checkApart } from '../models/check/check-apart.js';
import { ModelFolders } from '../models/model-folders.js';
import { waitForTakeover } from '../models/takeover.js';
import { modelsConfigSchema } from '../ranker.config.js';

const exitCodes = { taken: 0, nobody: 0, refused: 1, late: 3 } as const;

const run = async ({ command, waitS }: ModelsOrder, database: DataSource, say: (line: string) => void): Promise<number> => {
  const config = loadConfig(modelsConfigSchema);
  const [registry, replicas, folders] = [new ModelRegistry(database), new ModelReplicas(database), new ModelFolders(config.MODELS_DIR)];
  if (command.verb === 'list') {
    for (const line of registryLines(await registry.list(), await replicas.list())) say(line);
    return 0;
  }
  const forGood = new AbortController().signal;
  const check = (name: (typeof command)['name'], version: string): Promise<void> =>
    checkApart({ name, directory: folders.pathOf(name, version), maxMs: config.MODEL_MAX_MS }, forGood);
  const change = await changeModels(command, { registry, check });
  for (const line of changeLines(command, change)) say(line);
  if (waitS === null) return 0;
  const takeover = await waitForTakeover(change, { replicas, waitS, progress: (outcome) => say(outcomeLine(outcome)) });
  for (const outcome of takeover.replicas) if (outcome.outcome === 'pending') say(outcomeLine(outcome));
  say(takeoverLine(takeover));
  return exitCodes[takeover.end];
};

/** `models ...`. Answers the exit code. @throws with the reason when it is refused. */
export const modelsCommand = async (args: readonly string[], say: (line: string) => void): Promise<number> => {
  let order: ModelsOrder;
  try {
    order = parseModels(args);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\nUsage: ${modelsUsage}`);
    return 2;
  }
  const { DATABASE_URL: url } = loadConfig(modelsConfigSchema);
  const database = await createDataSource({ url, applicationName: 'broadsheet-models' }).initialize();
  try {
    return await run(order, database, say);
  } finally {
    await database.destroy();
  }
};
