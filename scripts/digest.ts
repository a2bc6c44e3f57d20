/** `npm run digest -- [options]`: on the stores of the environment or else on those of `npm start`, which only mail and webhook need. */
import { runOnStores } from './start/run-on-stores.js';

const args = process.argv.slice(2);
const remembers = ['--smtp', '--webhook'].some((option) => args.includes(option)) && !args.includes('--dry-run');
process.exitCode = await runOnStores('apps/digest/src/main', args, !remembers || args.includes('--help') || args.includes('-h'));
