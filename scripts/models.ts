/** `npm run models -- VERB`: the command of the ranker, on the stores of the environment or else on those of `npm start`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { everyService } from './start/environment.js';
import { builtProgram, repositoryRoot } from './start/repository.js';
import { startStores } from './start/stores.js';

const args = ['models', ...process.argv.slice(2)];

const run = (environment: NodeJS.ProcessEnv): number =>
  spawnSync(process.execPath, [builtProgram('apps/ranker/src/main'), ...args], { stdio: 'inherit', env: environment }).status ?? 1;

/** A system of `npm start` that runs is left running; stores that had to be started for this are stopped again. `BROKER=embedded` as there. */
const runOnLocalStores = async (): Promise<number> => {
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

const asksForHelp = args.length === 1 || args.includes('--help') || args.includes('-h') || args[1] === 'help';
process.exitCode = process.env['DATABASE_URL'] || asksForHelp ? run(process.env) : await runOnLocalStores();
