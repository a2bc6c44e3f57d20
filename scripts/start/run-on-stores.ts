import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { everyService } from './environment.js';
import { builtProgram, repositoryRoot } from './repository.js';
import { startStores } from './stores.js';

/**
 * Runs a built program of a service with the stores of the environment, or else with those of `npm start`: a system that runs is left
 * running, stores that had to be started for this are stopped again. `BROKER=embedded` as there.
 * @param program path within dist, without ending
 * @param needsNone whether it can do without stores, so that none are started for it
 * @returns its exit code.
 */
export const runOnStores = async (program: string, args: readonly string[], needsNone = asksForHelp(args)): Promise<number> => {
  const run = (environment: NodeJS.ProcessEnv): number =>
    spawnSync(process.execPath, ['--enable-source-maps', builtProgram(program), ...args], { stdio: 'inherit', env: environment }).status ??
    1;
  // Ctrl-C reaches the program as well, which knows how to stop: we stay, for its exit code and to stop the stores after it.
  process.on('SIGINT', () => undefined);
  if (process.env['DATABASE_URL'] || needsNone) return run(process.env);
  let foundRunning = false;
  const stores = await startStores({
    broker: process.env['BROKER'] === 'embedded' ? 'embedded' : 'auto',
    dataDir: join(repositoryRoot, '.data'),
    env: process.env,
    log: (line) => (foundRunning ||= line.includes('found running')),
  });
  try {
    return run({ ...process.env, ...everyService(stores) });
  } finally {
    if (!foundRunning) await stores.stop();
  }
};

export const asksForHelp = (args: readonly string[]): boolean =>
  args.length === 0 || args[0] === 'help' || args.some((word) => word === '--help' || word === '-h');
