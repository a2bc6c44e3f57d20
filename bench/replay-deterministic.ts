/**
 * Makes one run many times from the same manifest, with 1, 2 and 4 workers, and compares every file.
 *
 *   npm run bench -- replay-deterministic [--runs 10] [--interactions 20000] [--requests 600] [--data-dir .data]
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../scripts/start/repository.js';
import { hashesOfRun, measuredReplay } from './harness/measured-replay.js';
import { writtenStream } from './harness/invented-stream/written-stream.js';
import { table } from './harness/table.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    interactions: { type: 'string', default: '20000' },
    requests: { type: 'string', default: '600' },
    'data-dir': { type: 'string', default: '.data' },
  },
});
const folder = join(repositoryRoot, values['data-dir'], 'bench-replay');
const workers = [1, 2, 4];

const source = await writtenStream(
  folder,
  { papers: 500, readers: 200, interactions: Number(values.interactions), requests: Number(values.requests), replicas: 3, seed: 1 },
  console.log,
);
const out = (name: string): string => join(folder, `deterministic-${name}`);
rmSync(out('first'), { recursive: true, force: true });
await measuredReplay(['run', '--source', source, '--out', out('first')]);
const expected = hashesOfRun(out('first'));

const rows: string[][] = [];
let different = 0;
for (let run = 0; run < Number(values.runs); run++) {
  const parallel = workers[run % workers.length]!;
  const name = `again-${run}`;
  rmSync(out(name), { recursive: true, force: true });
  const args = ['run', '--manifest', join(out('first'), 'manifest.json'), '--source', source, '--out', out(name)];
  const { seconds } = await measuredReplay([...args, '--parallel', String(parallel)]);
  const hashes = hashesOfRun(out(name));
  const odd = Object.keys({ ...expected, ...hashes }).filter((file) => hashes[file] !== expected[file]);
  if (odd.length > 0) different += 1;
  rows.push([String(run + 1), String(parallel), seconds.toFixed(1), odd.length === 0 ? 'the same' : odd.join(', ')]);
  rmSync(out(name), { recursive: true });
}
console.log(table(['run', 'workers', 'seconds', 'files'], rows));
console.log(table(['file', 'SHA-256'], Object.entries(expected)));
console.log(`${values.runs} runs, ${different} with another byte in any of ${Object.keys(expected).length} files`);
process.exitCode = different === 0 ? 0 : 1;
