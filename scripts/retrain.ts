/** `npm run retrain -- [options]`: on the stores of the environment or else on those of `npm start`. */
import { runOnStores } from './start/run-on-stores.js';

const args = process.argv.slice(2);
const needsNone = args[0] === 'seed' || args.some((word) => word === 'help' || word === '--help' || word === '-h');
process.exitCode = await runOnStores('apps/retrain/src/main', args, needsNone);
