/** `npm run replay -- COMMAND`: on the stores of the environment or else on those of `npm start`. */
import { runOnStores } from './start/run-on-stores.js';

process.exitCode = await runOnStores('apps/replay/src/main', process.argv.slice(2));
