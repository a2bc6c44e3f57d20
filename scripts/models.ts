/** `npm run models -- VERB`: the command of the ranker, on the stores of the environment or else on those of `npm start`. */
import { asksForHelp, runOnStores } from './start/run-on-stores.js';

const args = process.argv.slice(2);
process.exitCode = await runOnStores('apps/ranker/src/main', ['models', ...args], asksForHelp(args));
