/**
 * Kills a run (kill -9) at random points and goes on with it, and compares with an uninterrupted run. Each round is killed up to three times.
 *
 *   npm run bench -- replay-resume [--kills 20] [--interactions 20000] [--requests 600] [--seed 1] [--data-dir .data]
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { drawBelow, seededRandom } from '#ranking';
import { repositoryRoot } from '../scripts/start/repository.js';
import { hasBegun, hashesOfRun, measuredReplay, startReplay } from './harness/measured-replay.js';
import { writtenStream } from './harness/invented-stream/written-stream.js';
import { table } from './harness/table.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    interactions: { type: 'string', default: '20000' },
    requests: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    'data-dir': { type: 'string', default: '.data' },
  },
});
const MOST_KILLS = 3;
const WORKERS = 2;
const folder = join(repositoryRoot, values['data-dir'], 'bench-replay');
const random = seededRandom(Number(values.seed));
const source = await writtenStream(
  folder,
  { papers: 500, readers: 200, interactions: Number(values.interactions), requests: Number(values.requests), replicas: 3, seed: 1 },
  console.log,
);
const out = (name: string): string => join(folder, `resume-${name}`);
const isFinished = (name: string): boolean => existsSync(join(out(name), 'manifest.json'));

rmSync(out('whole'), { recursive: true, force: true });
const whole = await measuredReplay(['run', '--source', source, '--out', out('whole')]);
const expected = hashesOfRun(out('whole'));

/** Kills what runs at a random moment of the time that a whole run takes. @returns the moment in seconds, null when the run was faster. */
const killed = async (args: readonly string[], name: string): Promise<number | null> => {
  const run = startReplay(args);
  while (!hasBegun(out(name)) && !isFinished(name)) await pause(5);
  const seconds = random() * whole.seconds;
  await Promise.race([pause(seconds * 1000), run.end]);
  run.kill();
  const { code } = await run.end;
  return code === null ? seconds : null;
};

const rows: string[][] = [];
let kills = 0;
let different = 0;
for (let round = 0; kills < Number(values.kills); round++) {
  const name = `round-${round}`;
  rmSync(out(name), { recursive: true, force: true });
  const parallel = 1 + (round % WORKERS);
  let args = ['run', '--source', source, '--out', out(name), '--parallel', String(parallel)];
  const moments: number[] = [];
  for (let left = 1 + drawBelow(random, MOST_KILLS); left > 0 && kills < Number(values.kills) && !isFinished(name); left--) {
    const moment = await killed(args, name);
    args = ['run', '--resume', '--out', out(name)];
    if (moment === null) continue;
    moments.push(moment);
    kills += 1;
  }
  const { seconds } = await measuredReplay(['run', '--resume', '--out', out(name)]);
  const hashes = hashesOfRun(out(name));
  const same = JSON.stringify(hashes) === JSON.stringify(expected);
  if (!same) different += 1;
  rows.push([
    String(round + 1),
    String(parallel),
    moments.map((at) => at.toFixed(2)).join(', '),
    seconds.toFixed(1),
    same ? 'the same' : 'DIFFER',
  ]);
  rmSync(out(name), { recursive: true });
}
console.log(table(['round', 'workers', 'killed after, s', 'then took, s', 'bytes'], rows));
console.log(
  `${kills} kills in ${rows.length} runs of ${whole.seconds.toFixed(1)} s; ${different} runs with other bytes than an uninterrupted one`,
);
process.exitCode = different === 0 ? 0 : 1;
