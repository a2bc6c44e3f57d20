import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDataSource, ModelRegistry } from '#persistence';
import type { RetrainableModel } from '#model';
import { newestBelow } from './from-export-command.js';
import type { RetrainConfig } from './retrain.config.js';
import type { LiveVersion, RetrainPorts } from './retrain.js';

/** Programs that stand beside this one: in the build, or among the sources where this one runs of them. */
const programOf = (app: string): string => fileURLToPath(new URL(`../../${app}/src/main${extname(import.meta.url)}`, import.meta.url));

/** Runs another of our programs with this process' settings and streams; it is told to stop when we are. */
const run = async (app: string, args: readonly string[], signal: AbortSignal): Promise<number> => {
  const child = spawn(process.execPath, [...process.execArgv, programOf(app), ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

/** The version that the registry calls live; where it names none, the newest, as rankers do. */
const liveOf = async ({ DATABASE_URL, MODELS_DIR }: RetrainConfig, kind: RetrainableModel): Promise<LiveVersion> => {
  const database = await createDataSource({ url: DATABASE_URL, applicationName: 'broadsheet-retrain', poolSize: 1 }).initialize();
  try {
    const live = (await new ModelRegistry(database).active()).find(({ name, role }) => name === kind && role === 'live');
    if (live === undefined) return { directory: await newestBelow(MODELS_DIR, kind), isNamed: false };
    return { directory: join(MODELS_DIR, kind, live.version), isNamed: true };
  } finally {
    await database.destroy();
  }
};

/** The replay and the models command of this build, and the registry. */
export const neighbours = (config: RetrainConfig, signal: AbortSignal): RetrainPorts => ({
  replay: (args) => run('replay', args, signal),
  models: (args) => run('ranker', ['models', ...args], signal),
  live: (kind) => liveOf(config, kind),
  modelsDir: config.MODELS_DIR,
  signal,
});
