/**
 * Whether every panel of every dashboard shows something: a system with two rankers and simulated readers, troubled a little, read by a real
 * Prometheus with the rules of monitoring/; then each query of each panel is asked. Also `promtool check metrics` of every process, and
 * how many series each has.
 *
 *   npm run bench -- dashboards-alive [--seconds 200] [--broker kafka|embedded]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boards } from '../scripts/dashboards/boards.js';
import type { Panel } from '../scripts/dashboards/board.js';
import { withoutLimits } from '../scripts/start/environment.js';
import { firstFeed } from '../scripts/start/first-feed.js';
import { demandPapers, loadPapers, SEED_PAPERS } from '../scripts/start/papers.js';
import { PortBook } from '../scripts/start/ports.js';
import { builtProgram, repositoryRoot } from '../scripts/start/repository.js';
import { System } from '../scripts/start/system.js';
import { benchOptions } from './harness/measured-system.js';
import { hasPrometheus, Prometheus } from './monitoring/prometheus.js';
import { show } from './promises/figures.js';

/** A panel's queries mean something only over a few scrapes and one evaluation of the rules. */
const SECONDS = 200;

const options = benchOptions();
if (!hasPrometheus()) {
  console.error('this measurement needs prometheus and promtool on the PATH (Debian: apt-get install prometheus)');
  process.exit(2);
}
const seconds = Math.max(60, process.argv.some((word) => word.startsWith('--seconds')) ? Number(options.seconds) : SECONDS);
const book = new PortBook();
const system = await System.start({
  broker: options.broker as 'auto',
  port: await book.take(18_080),
  rankers: 2,
  dataDir: join(options['data-dir'], 'bench-monitoring'),
  say: (line) => {
    console.log(line);
  },
  settings: { ...withoutLimits, LOG_LEVEL: 'error', HEARTBEAT_S: '3', SNAPSHOT_INTERVAL_S: '20' },
});

/** What clients do wrong, so that panels of problems have something to show. */
const mistakes = async (): Promise<void> => {
  await fetch(`${system.url}/v1/papers/never-there`);
  await fetch(`${system.url}/v1/feeds/trending?limit=lots`);
  await fetch(`${system.url}/nowhere`);
};

/** One ranker stands still for some seconds: the gateway goes around it, and it has to catch up. */
const pause = async (): Promise<void> => {
  const pid = system.pidOf('ranker-1');
  process.kill(pid, 'SIGSTOP');
  await sleep(6_000);
  process.kill(pid, 'SIGCONT');
};

/** Values of all series of a panel; not a number counts as nothing. */
const valuesOf = async (prometheus: Prometheus, { asks }: Panel): Promise<readonly number[]> => {
  const samples = await Promise.all(asks.map(([expr]) => prometheus.query(expr)));
  return samples.flat().flatMap(({ value }) => (Number.isNaN(Number(value[1])) ? [] : [Number(value[1])]));
};

const judge = async (prometheus: Prometheus): Promise<void> => {
  let [alive, quiet] = [0, 0];
  const dead: string[] = [];
  for (const { title: board, rows } of boards)
    for (const { panels } of rows)
      for (const panel of panels) {
        const values = await valuesOf(prometheus, panel);
        if (values.length > 0) alive += 1;
        else if (panel.zeroIsGood) quiet += 1;
        else dead.push(`${board}: ${panel.title}`);
      }
  for (const name of dead) console.log(`        no data: ${name}`);
  show(
    `every panel has data or is empty because zero is good`,
    `${alive} with data, ${quiet} empty for good, ${dead.length} dead`,
    dead.length === 0,
  );
};

const checkMetrics = async (): Promise<void> => {
  let findings = 0;
  let most = 0;
  for (const { name, admin } of system.running) {
    const text = await (await fetch(`${admin}/metrics`)).text();
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    console.log(`        ${name}: ${series} series`);
    if (status !== 0) {
      findings += 1;
      console.log(`${stdout}${stderr}`);
    }
    most = Math.max(most, series);
  }
  show('promtool check metrics has nothing to say of any process', `${findings} processes with findings`, findings === 0);
  show('at most 2,000 series a process', `${most} at most`, most <= 2_000);
};

const firing = async (prometheus: Prometheus): Promise<void> => {
  const samples = await prometheus.query('ALERTS{alertstate="firing"}');
  console.log(`        alerts that fire: ${samples.map(({ metric }) => metric['alertname']).join(', ') || 'none'}`);
};

let prometheus: Prometheus | undefined;
try {
  for (const file of demandPapers([join(repositoryRoot, SEED_PAPERS)])) await loadPapers(system, file);
  await firstFeed(system.url, 60_000);
  const targets = system.running.map(({ name, admin }) => ({ job: name.replace(/-\d+$/, ''), url: admin }));
  prometheus = await Prometheus.start(join(options['data-dir'], 'bench-monitoring', 'prometheus'), await book.take(19_090), targets);
  system.launch({
    name: 'simulated-readers',
    program: builtProgram('scripts/simulate-readers'),
    args: ['--rate', '20', '--readers', '60'],
    env: { GATEWAY_URL: system.url, JWT_SHARED_SECRET: system.secrets.tokens },
  });
  const ends = Date.now() + seconds * 1_000;
  for (let turn = 0; Date.now() < ends; turn += 1) {
    await mistakes();
    if (turn === 6) await pause();
    await sleep(2_000);
  }
  await judge(prometheus);
  await checkMetrics();
  await firing(prometheus);
} finally {
  await prometheus?.stop();
  await system.stop();
}
