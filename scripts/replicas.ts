/** `npm run replicas -- compare URL URL ... [--times N] [--every S]`: the ranker's own command, built when needed. */
import { compareUsage } from '../apps/ranker/src/agreement/compare-command.js';
import { runCompare } from '../apps/ranker/src/wiring/run-compare.js';

const [verb, ...rest] = process.argv.slice(2);
if (verb === 'compare' && !rest.includes('--help')) process.exitCode = await runCompare(rest, console.log);
else {
  console.log(`Usage: npm run replicas -- ${compareUsage}`);
  process.exitCode = rest.includes('--help') || verb === '--help' ? 0 : 2;
}
