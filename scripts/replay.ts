/** `npm run replay -- COMMAND`: on the stores of the environment or else on those of `npm start`. */
import { readsFilesOnly } from './start/replay-on-files.js';
import { asksForHelp, runOnStores } from './start/run-on-stores.js';

const args = process.argv.slice(2);
process.exitCode = await runOnStores('apps/replay/src/main', args, asksForHelp(args) || readsFilesOnly(args));
