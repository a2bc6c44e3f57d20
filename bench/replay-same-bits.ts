/**
 * Runs a whole system with several replicas under simulated readers, then ranks every answer that it recorded again and compares: features bit for bit, and order.
 * Every answer logs its features (FEATURES_SHARE=1).
 *
 *   npm run bench -- replay-same-bits [--seconds 60] [--rankers 3] [--papers FILE] [--broker kafka|embedded]
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { replayConfigSchema } from '../apps/replay/src/replay.config.js';
import type { ReplayedRequest } from '../apps/replay/src/files/run-files.js';
import { replay, type EngineSink } from '../apps/replay/src/rerank/engine.js';
import { loadEncoder, loadSide, stateConfigFor } from '../apps/replay/src/rerank/load-models.js';
import { openStream } from '../apps/replay/src/stream/open-stream.js';
import { RankingState } from '#ranking';
import { everyService, withoutLimits } from '../scripts/start/environment.js';
import { firstFeed } from '../scripts/start/first-feed.js';
import { demandPapers, loadPapers, SEED_PAPERS } from '../scripts/start/papers.js';
import { PortBook } from '../scripts/start/ports.js';
import { builtProgram, repositoryRoot } from '../scripts/start/repository.js';
import { System } from '../scripts/start/system.js';
import { SameBitsTally } from './harness/same-bits-tally.js';
import { OddVisitor } from './harness/odd-visitor.js';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rankers: { type: 'string', default: '3' },
    readers: { type: 'string', default: '40' },
    rate: { type: 'string', default: '12' },
    papers: { type: 'string', multiple: true, default: [] },
    broker: { type: 'string', default: 'auto' },
    'data-dir': { type: 'string', default: '.data' },
    port: { type: 'string', default: '18080' },
  },
});

/** Simulated readers come one after the other within one process, so several meet in a ranker only from several. */
const SIMULATORS = 3;
const FEATURES_WANTED = 0.999;
/** What was answered last has to reach the log. */
const SETTLE_MS = 3_000;

const say = (line: string): void => {
  console.log(line);
};

/** Readers of all kinds for as long as was asked. */
const underReaders = async (system: System, seconds: number): Promise<void> => {
  const simulators = Array.from({ length: SIMULATORS }, (_, n) =>
    system.launch({
      name: `simulated-readers-${n}`,
      program: builtProgram('scripts/simulate-readers'),
      args: ['--readers', options.readers, '--rate', String(Number(options.rate) / SIMULATORS), '--seed', String(n + 1)],
      env: { GATEWAY_URL: system.url, JWT_SHARED_SECRET: system.secrets.tokens },
    }),
  );
  const odd = new OddVisitor(system.url, system.secrets.tokens);
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) await odd.visit();
  await odd.close();
  await Promise.all(simulators.map((simulator) => simulator.stop()));
  await sleep(SETTLE_MS);
};

/** Everything in the log, ranked again with the models that serve. */
const rankedAgain = async (system: System): Promise<SameBitsTally> => {
  const config = replayConfigSchema.parse({ ...everyService(system.stores), LOG_LEVEL: 'warn' });
  const source = await openStream({ kind: 'log' }, () => config);
  const encoder = await loadEncoder(config.MODELS_DIR);
  const side = await loadSide('a', { modelsDir: config.MODELS_DIR });
  const tally = new SameBitsTally();
  const sink: EngineSink = {
    request: (line: ReplayedRequest) => tally.add(line),
    trend: () => undefined,
    outcome: () => undefined,
    done: (summary) => tally.end(summary),
  };
  try {
    const { earliest, end } = await source.bounds();
    await replay(
      {
        source,
        range: { from: earliest, to: end },
        start: { positions: {}, make: () => RankingState.empty(stateConfigFor(encoder)) },
        encoder,
        sides: [side],
        asOf: { kind: 'recorded' },
        at: 'served',
        keep: ({ served }) => tally.meet(served?.source ?? ''),
        seed: 1,
        outcomeHours: 24,
      },
      sink,
      new AbortController().signal,
    );
  } finally {
    await side.close();
    await encoder.close();
    await source.close();
  }
  return tally;
};

const system = await System.start({
  broker: options.broker as 'auto',
  port: await new PortBook().take(Number(options.port)),
  rankers: Number(options.rankers),
  dataDir: join(options['data-dir'], 'bench-same-bits'),
  say,
  settings: { ...withoutLimits, LOG_LEVEL: 'warn', FEATURES_SHARE: '1', SNAPSHOT_INTERVAL_S: '15' },
});
try {
  for (const file of demandPapers([join(repositoryRoot, SEED_PAPERS), ...options.papers])) await loadPapers(system, file);
  await firstFeed(system.url, 60_000);
  await underReaders(system, Number(options.seconds));
  const began = performance.now();
  const tally = await rankedAgain(system);
  say(`\n${system.stores.about}; ${options.rankers} replicas, ${options.seconds} s of readers\n`);
  say(tally.report());
  say(`\nranked again in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const problem = tally.problem(FEATURES_WANTED);
  if (problem !== null) {
    say(`FAILED: ${problem}`);
    process.exitCode = 1;
  }
} finally {
  await system.stop();
}
