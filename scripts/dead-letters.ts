/** `npm run dead-letters -- VERB`: the command of ingest, on the stores of the environment or else on those of `npm start`. */
import { asksForHelp, runOnStores } from './start/run-on-stores.js';

const args = process.argv.slice(2);
process.exitCode = await runOnStores('apps/ingest/src/main', ['dead-letters', ...args], asksForHelp(args));
