/**
 * `npm run replicas -- compare URL URL ... [--times N] [--every SECONDS]`: compares the state of rankers at equal positions of the log.
 * URLs are their admin addresses. Ends with 1 when two states differ, or when none could be compared.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Comparison, compareReplicas } from './replicas/compare.js';

const usage = 'usage: npm run replicas -- compare URL URL ... [--times 1] [--every 1]';

const lineOf = ({ positions, hashes, missing, agree }: Comparison): string => {
  const records = Object.values(positions).reduce((sum, next) => sum + BigInt(next), 0n);
  const found = [...hashes].map(([replica, hash]) => `${replica} ${hash.slice(0, 12)}`).join(', ');
  if (missing.length > 0) return `not compared: ${missing.join(', ')} did not come to the positions of the others in time (${found})`;
  return `${agree ? 'equal' : 'DIFFERENT'} at ${records} records: ${found}`;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '1' }, every: { type: 'string', default: '1' } },
});
const [verb, ...urls] = positionals;
const [times, everyMs] = [Number(values.times), Number(values.every) * 1_000];
if (verb !== 'compare' || urls.length < 2 || !(times >= 1) || !(everyMs >= 0)) {
  console.error(usage);
  process.exit(2);
}

let [equal, different, missed] = [0, 0, 0];
for (let n = 0; n < times; n++) {
  if (n > 0) await sleep(everyMs);
  const comparison = await compareReplicas(urls);
  console.log(lineOf(comparison));
  if (comparison.missing.length > 0) missed += 1;
  else if (comparison.agree) equal += 1;
  else different += 1;
}
if (times > 1) console.log(`${equal} equal, ${different} different, ${missed} not compared`);
process.exitCode = different > 0 || equal === 0 ? 1 : 0;
