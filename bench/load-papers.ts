/**
 * Loads a file of papers into a fresh system: seconds until the log has them, until every ranker has folded and encoded them, and the
 * most memory that each process had.
 *
 *   npm run bench -- load-papers --papers FILE [--broker kafka|embedded] [--rankers 1]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { demandPapers, loadPapers } from '../scripts/start/papers.js';
import { PortBook } from '../scripts/start/ports.js';
import { System, type Running } from '../scripts/start/system.js';
import { peakMemoryMiB } from './harness/cpu.js';
import { benchOptions } from './harness/measured-system.js';
import { table } from './harness/table.js';

const FOLD_LIMIT_MS = 300_000;

/** Papers that a ranker holds, by its own count. */
const papersIn = async ({ admin }: Running): Promise<number> => {
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  return Number(/^ranker_state_papers(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1] ?? 0);
};

/** Resolves once the count has stood still for a second: what was loaded is folded. */
const settled = async (ranker: Running): Promise<number> => {
  const limit = performance.now() + FOLD_LIMIT_MS;
  for (let count = -1; performance.now() < limit; await sleep(1_000)) {
    const now = await papersIn(ranker);
    if (now === count && now > 0) return now;
    count = now;
  }
  throw new Error(`${ranker.name} was still folding after ${FOLD_LIMIT_MS / 1000} s`);
};

const options = benchOptions();
if (options.papers.length === 0) throw new Error('--papers FILE is required');
const files = demandPapers(options.papers);
const dataDir = mkdtempSync(join(tmpdir(), 'broadsheet-load-'));
const system = await System.start({
  broker: options.broker as 'auto',
  port: await new PortBook().take(18_080),
  rankers: Number(options.rankers),
  dataDir,
  say: (line) => {
    console.log(line);
  },
  settings: { LOG_LEVEL: 'warn' },
});
try {
  const started = performance.now();
  for (const file of files) await loadPapers(system, file);
  console.log(`\nloaded in ${((performance.now() - started) / 1000).toFixed(1)} s, start of the loader included`);
  for (const ranker of system.running.filter(({ name }) => name.startsWith('ranker'))) {
    const papers = await settled(ranker);
    console.log(
      `${ranker.name} holds ${papers} papers, at most ${((performance.now() - started) / 1000).toFixed(1)} s after the load began`,
    );
  }
  console.log(`${system.stores.about}\n`);
  console.log(
    table(
      ['process', 'peak MiB'],
      system.running.map(({ name, pid }) => [name, peakMemoryMiB(pid)?.toFixed(0) ?? 'unknown']),
    ),
  );
} finally {
  await system.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
