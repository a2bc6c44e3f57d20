/**
 * Whether every panel of every dashboard shows something, and whether alerts come to those whose trouble it is: a system with two rankers,
 * simulated readers and a source, harmed in many ways, read by a real Prometheus with the rules of monitoring/. Afterwards each query of each
 * panel is asked over the whole run. A panel without data is dead, unless it is one of those where zero is good. Alerts wait 5 s instead of
 * minutes before they fire. Also `promtool check metrics` of every process, and how many series each has.
 *
 *   npm run bench -- dashboards-alive [--seconds 260] [--write docs/dashboards-alive.md]
 *
 * --seconds: 250 or more. --write: what every panel showed, as a page.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { seededRandom } from '#ranking';
import { PortBook } from '../scripts/start/ports.js';
import { builtProgram, repositoryRoot } from '../scripts/start/repository.js';
import { ServiceProcess } from '../scripts/start/service-process.js';
import { Fleet } from '../test/faults/fleet/fleet.js';
import { papersOf } from '../test/faults/load/sender.js';
import { sendBad } from './cardinality/bad-requests.js';
import { expositionOf } from './cardinality/exposition.js';
import { alertsRaised } from './dashboards/alerts.js';
import { faultsOf } from './dashboards/faults.js';
import { HubSource } from './dashboards/hub-source.js';
import { panelHead, panelRow, panelsShown, type PanelShown } from './dashboards/panels.js';
import { OddVisitor } from './harness/odd-visitor.js';
import { table } from './harness/table.js';
import { hasPrometheus, Prometheus } from './monitoring/prometheus.js';
import { show } from './promises/figures.js';

const USAGE = 'dashboards-alive [--seconds 260] [--write FILE.md]';
const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '260' }, write: { type: 'string' }, help: { type: 'boolean', default: false } },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
/** All faults have to fit in, and rates over a minute have to see what comes after them. */
const LEAST_S = 250;
const seconds = Number(options.seconds);
if (!Number.isInteger(seconds) || seconds < LEAST_S)
  throw new Error(`--seconds must be a whole number of ${LEAST_S} or more, not ${options.seconds}`);
if (!hasPrometheus()) {
  console.error('this measurement needs prometheus and promtool on the PATH (Debian: apt-get install prometheus)');
  process.exit(2);
}

const MOST_SERIES = 2_000;
const dataDir = join('.data', `bench-dashboards-${process.pid}`);
const say = (line: string): void => {
  console.log(`        ${line}`);
};
const source = await HubSource.start();
const fleet = await Fleet.start({
  shape: {
    ingests: 1,
    rankers: 2,
    gateways: 1,
    proxied: ['database', 'broker'],
    ownModels: true,
    preload: ['failing-fold'],
    settings: {
      HEARTBEAT_S: '3',
      SNAPSHOT_INTERVAL_S: '20',
      MODELS_POLL_S: '1',
      CONNECTORS: 'hub',
      CONNECTOR_INTERVAL_S: '60',
      HUB_URL: source.url,
      RATE_LIMIT_READER_PER_MINUTE: '3000',
    },
  },
  dataDir,
  seed: 1,
  say,
});
const surroundings = { cwd: repositoryRoot, logs: join(dataDir, 'logs'), say: () => undefined };
const started: ServiceProcess[] = [];
const launch = (name: string, program: string, args: readonly string[], env: Readonly<Record<string, string>>): void => {
  started.push(new ServiceProcess({ name, program: builtProgram(program), args: [...args], env }, surroundings));
};
const random = seededRandom(1);
const visitor = new OddVisitor(fleet.url, fleet.secrets.tokens);

/** Until the run is over: odd visits, and what no client of ours would send. */
const wander = async (until: number, papers: readonly string[]): Promise<void> => {
  while (Date.now() < until) {
    await visitor.visit().catch(() => undefined); // refused while something is away
    for (let bad = 0; bad < 5; bad += 1) await sendBad(new URL(fleet.url), random, papers);
    await sleep(200);
  }
};

/** One reader asks more often than anybody may. */
const overdo = async (until: number): Promise<void> => {
  const greedy = new OddVisitor(fleet.url, fleet.secrets.tokens);
  while (Date.now() < until) {
    await Promise.all(Array.from({ length: 12 }, () => greedy.ask('greedy-reader')));
    await sleep(100);
  }
  await greedy.close();
};

const page = (shown: readonly PanelShown[], raised: ReadonlyMap<string, string>, faults: readonly string[]): string => {
  const boards = [...new Set(shown.map(({ board }) => board))];
  const rowsOf = (board: string): string =>
    shown
      .filter((panel) => panel.board === board)
      .map((panel) => `| ${panelRow(panel).join(' | ')} |`)
      .join('\n');
  return `# What every panel showed

Written by \`npm run bench -- dashboards-alive --seconds ${seconds} --write docs/dashboards-alive.md\`: a run of ${seconds} s with traffic and faults, read by a real
Prometheus every 2 s. Grafana was not at hand, so these are the queries' results and no screenshots: the lines of all queries of a panel, their least and
most value over the run, and the largest at its end. "Trouble shown": zero is good there, and it was not zero.

Faults: ${faults.join('; ')}.

Alerts, with 5 s instead of minutes until they fire: ${[...raised].map(([name, state]) => `${name} (${state})`).join(', ')}.

${boards.map((board) => `## ${board}\n\n| ${panelHead.join(' | ')} |\n| ${panelHead.map(() => '---').join(' | ')} |\n${rowsOf(board)}\n`).join('\n')}`;
};

let prometheus: Prometheus | undefined;
try {
  const book = new PortBook();
  const auditor = await book.take(0);
  launch(
    'auditor',
    'apps/ranker/src/main',
    ['compare', ...fleet.rankers.map(({ admin }) => admin), '--every', '10', '--admin-port', String(auditor)],
    {
      HOST: '127.0.0.1',
    },
  );
  launch('simulated-readers', 'scripts/simulate-readers', ['--rate', '20', '--readers', '60'], {
    GATEWAY_URL: fleet.url,
    JWT_SHARED_SECRET: fleet.secrets.tokens,
  });
  const targets = fleet.services.map(({ name, admin }) => ({ job: name.replace(/-\d+$/, ''), url: admin }));
  prometheus = await Prometheus.start({
    folder: join(dataDir, 'prometheus'),
    port: await book.take(19_090),
    targets: [...targets, { job: 'auditor', url: `http://127.0.0.1:${auditor}` }],
    alertsFor: '5s',
  });
  const [began, papers, faults] = [Date.now(), await papersOf(fleet.url), faultsOf(fleet, say)];
  const until = began + seconds * 1000;
  const wandering = Promise.all([wander(until, papers), overdo(until)]);
  await sleep(3_000);
  source.break();
  for (const fault of faults) {
    await sleep(Math.max(0, began + fault.at * 1000 - Date.now()));
    say(`${((Date.now() - began) / 1000).toFixed(0)} s: ${fault.name}`);
    await fault.inject();
  }
  await wandering;

  const [from, to] = [began / 1000, Date.now() / 1000];
  const shown = await panelsShown(prometheus, from, to);
  console.log(
    table(
      ['board', ...panelHead],
      shown.map((panel) => [panel.board, ...panelRow(panel)]),
    ),
  );
  const count = (verdict: PanelShown['verdict']): number => shown.filter((panel) => panel.verdict === verdict).length;
  show(
    `every panel of ${shown.length} has data, or zero is good`,
    `${count('data')} with data, ${count('trouble shown')} showed their trouble, ${count('zero, which is good')} stayed at zero, ${count('DEAD')} dead`,
    count('DEAD') === 0,
  );

  const rules = await prometheus.rules();
  const sick = rules.filter(({ health }) => health !== 'ok');
  for (const { name, lastError } of sick) say(`${name}: ${lastError ?? 'not evaluated'}`);
  show(`all ${rules.length} rules are evaluated without an error`, `${sick.length} with one`, sick.length === 0);
  const raised = await alertsRaised(prometheus, from, to);
  say(`alerts: ${[...raised].map(([name, state]) => `${name} ${state}`).join(', ') || 'none'}`);
  const expected = faults.flatMap(({ alerts }) => alerts);
  const quiet = expected.filter((name) => !raised.has(name));
  show(
    `alerts of the faults are raised (${expected.join(', ')})`,
    quiet.length === 0 ? 'all' : `not ${quiet.join(', ')}`,
    quiet.length === 0,
  );

  let [findings, most] = [0, 0];
  for (const { name, admin } of fleet.services) {
    const exposition = await expositionOf(admin);
    for (const line of exposition.findings) say(`${name}: ${line}`);
    findings += exposition.findings.length;
    most = Math.max(most, exposition.series);
  }
  show('promtool check metrics has nothing to say of any process', `${findings} findings`, findings === 0);
  show(`at most ${MOST_SERIES} series a process`, `${most} at most`, most <= MOST_SERIES);
  show(
    'no service ends by itself',
    fleet.unexpected.map(({ name, why }) => `${name} (${why})`).join(', ') || '0',
    fleet.unexpected.length === 0,
  );
  if (options.write !== undefined)
    writeFileSync(
      options.write,
      page(
        shown,
        raised,
        faults.map(({ name }) => name),
      ),
    );
} finally {
  await prometheus?.stop();
  for (const each of started) await each.stop();
  await visitor.close();
  await fleet.stop();
  await source.close();
  rmSync(dataDir, { recursive: true, force: true });
}
