/**
 * How fast a replay folds a million interactions, how fast it ranks again on the way, and what memory it takes.
 *
 *   npm run bench -- replay-speed [--interactions 1000000] [--requests 100000] [--fold-only] [--parallel 1] [--data-dir .data]
 */
import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../scripts/start/repository.js';
import { measuredReplay } from './harness/measured-replay.js';
import { writtenStream } from './harness/invented-stream/written-stream.js';
import { table } from './harness/table.js';

const { values } = parseArgs({
  options: {
    interactions: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '100000' },
    'fold-only': { type: 'boolean', default: false },
    parallel: { type: 'string', default: '1' },
    'data-dir': { type: 'string', default: '.data' },
  },
});
const folder = join(repositoryRoot, values['data-dir'], 'bench-replay');
const interactions = Number(values.interactions);
const source = await writtenStream(
  folder,
  {
    papers: 5_000,
    readers: Math.max(1, Math.ceil(interactions / 100)),
    interactions,
    requests: Number(values.requests),
    replicas: 1,
    seed: 1,
  },
  console.log,
);
/** Sources cut so that a request has about 200 candidates. */
const config = join(folder, 'about-200-candidates.json');
writeFileSync(
  config,
  JSON.stringify({
    candidates: {
      trending: 60,
      fresh: 40,
      similar: 50,
      text: 30,
      coRead: 50,
      cited: 20,
      readerState: 0,
      followed: 10,
      exploration: 20,
      search: 200,
    },
  }),
);

interface Counts {
  readonly counts: Readonly<Record<string, number>>;
}

const measured = async (name: string, args: readonly string[]): Promise<string[]> => {
  const out = join(folder, `speed-${name}`);
  rmSync(out, { recursive: true, force: true });
  const { seconds, peakMb } = await measuredReplay(['run', '--source', source, '--out', out, ...args]);
  const { counts } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Counts;
  const requests = counts['requests'] ?? 0;
  const candidates = requests === 0 ? 0 : candidatesIn(out);
  rmSync(out, { recursive: true });
  const perSecond = (count: number): string => (count / seconds).toFixed(0);
  return [
    name,
    seconds.toFixed(1),
    perSecond(interactions),
    String(requests),
    perSecond(requests),
    candidates.toFixed(0),
    peakMb.toFixed(0),
  ];
};

/** Mean candidates of the first thousand requests or so: the whole file may be larger than a string can be. */
const candidatesIn = (out: string): number => {
  const begin = Buffer.alloc(8_000_000);
  const file = openSync(join(out, 'slates.ndjson'), 'r');
  const text = begin.toString('latin1', 0, readSync(file, begin));
  closeSync(file);
  const found = [...text.matchAll(/"candidates":(\d+)/g)].slice(0, 1000);
  return found.reduce((sum, [, count]) => sum + Number(count), 0) / Math.max(1, found.length);
};

const rows = [await measured('fold', ['--at', 'none'])];
if (!values['fold-only']) rows.push(await measured('rank', ['--config', config, '--parallel', values.parallel]));
console.log(table(['', 'seconds', 'events/s', 'requests', 'requests/s', 'candidates', 'peak MB'], rows));
