/** `npm run dead-letters -- VERB`: the command of ingest, on the stores of the environment or else on those of `npm start`. */
import { runOnStores } from './start/run-on-stores.js';

const args = process.argv.slice(2);
const asksForHelp = args.length === 0 || args.includes('--help') || args.includes('-h') || args[0] === 'help';
process.exitCode = await runOnStores('apps/ingest/src/main', ['dead-letters', ...args], asksForHelp);
