/**
 * Whether metrics stay few and clean whatever comes in: 100,000 papers through the connector, interactions of 100,000 different readers, feeds of
 * thousands of them, requests that no client of ours would send, dead letters, and answers of many model versions in many arms. Then
 * `promtool check metrics` on the live output of every process, the number of series of each, and every value of every label compared with
 * the readers and papers that this run knows.
 *
 *   npm run bench -- metrics-cardinality [--papers 100000] [--readers 100000] [--bad 20000] [--feeds 3000] [--versions 40] [--arms 4]
 *
 * Five to ten minutes on two cores. Needs promtool (Debian: apt-get install prometheus).
 */
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { topics } from '#contracts';
import { createEventLog } from '#event-log';
import { ApiKeys, createDataSource } from '#persistence';
import { seededRandom } from '#ranking';
import { createLogger } from '#telemetry';
import { readerRefOf } from '../apps/gateway/src/identity/reader-ref.js';
import { withoutLimits } from '../scripts/start/environment.js';
import { firstFeed } from '../scripts/start/first-feed.js';
import { demandPapers, loadPapers, SEED_PAPERS } from '../scripts/start/papers.js';
import { PortBook } from '../scripts/start/ports.js';
import { developmentTokens } from '../scripts/start/reader-tokens.js';
import { repositoryRoot } from '../scripts/start/repository.js';
import { System } from '../scripts/start/system.js';
import { poisonNames, recordOf } from '../test/faults/load/poison.js';
import { appendArms } from './cardinality/arms.js';
import { sendBad } from './cardinality/bad-requests.js';
import { expositionOf } from './cardinality/exposition.js';
import { peakMemoryMiB } from './harness/cpu.js';
import { InventedLog } from './harness/invented-log.js';
import { table } from './harness/table.js';
import { hasPrometheus } from './monitoring/prometheus.js';
import { Client } from './promises/client.js';
import { inParallel, show } from './promises/figures.js';

const USAGE =
  'metrics-cardinality [--papers 100000] [--readers 100000] [--bad 20000] [--feeds 3000] [--versions 40] [--arms 4] [--data-dir .data]';
const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
const { values: options } = parseArgs({
  options: {
    papers: number(100_000),
    readers: number(100_000),
    bad: number(20_000),
    feeds: number(3_000),
    versions: number(40),
    arms: number(4),
    'data-dir': { type: 'string', default: '.data' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const whole = (name: 'papers' | 'readers' | 'bad' | 'feeds' | 'versions' | 'arms'): number => {
  const given = Number(options[name]);
  if (!Number.isInteger(given) || given < 1) throw new Error(`--${name} must be a whole number of 1 or more, not ${options[name]}`);
  return given;
};
if (!hasPrometheus()) {
  console.error('this measurement needs promtool on the PATH (Debian: apt-get install prometheus)');
  process.exit(2);
}

const MOST_SERIES = 2_000;
const FOLD_LIMIT_MS = 600_000;
const BATCH = 1_000;
const WIDTH = 4;

const dataDir = join(options['data-dir'], `bench-cardinality-${process.pid}`);
const random = seededRandom(1);
const invented = new InventedLog(whole('papers'), whole('readers'));
const say = (line: string): void => {
  console.log(line);
};

/** @returns the file, as a publisher would give it to the connector */
const paperFile = async (): Promise<string> => {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'papers.jsonl');
  const out = createWriteStream(file);
  for (let paper = 0; paper < invented.papers; paper += 1)
    if (!out.write(`${JSON.stringify(invented.paper(paper))}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
  return file;
};

const metric = async (admin: string, name: string): Promise<number> => {
  const text = await (await fetch(`${admin}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};

/** Until all consumers have what the log holds. */
const untilLevel = async (): Promise<void> => {
  const until = performance.now() + FOLD_LIMIT_MS;
  const adminOf = (name: string): string => system.running.find((each) => each.name === name)!.admin;
  for (let calm = 0; calm < 3; await sleep(1_000)) {
    const waiting = [
      await metric(adminOf('ranker-0'), 'ranker_lag_records'),
      await metric(adminOf('ingest'), 'ingest_archive_lag_records'),
      await metric(adminOf('ingest'), 'quality_lag_records'),
    ];
    calm = waiting.every((records) => records === 0) ? calm + 1 : 0;
    if (performance.now() > until)
      throw new Error(`consumers are still behind after ${FOLD_LIMIT_MS / 1000} s: ${waiting.join(', ')} records`);
  }
};

const system = await System.start({
  broker: 'kafka',
  port: await new PortBook().take(18_080),
  rankers: 1,
  dataDir,
  say,
  settings: { ...withoutLimits, HEARTBEAT_S: '3', SNAPSHOT_INTERVAL_S: '60', LOG_LEVEL: 'error' },
});
const log = createEventLog(
  { broker: 'kafka', brokers: [system.stores.brokers ?? ''], clientId: 'bench-cardinality' },
  { logger: createLogger('bench-cardinality', { level: 'silent' }) },
);
const client = new Client({ gateway: system.url, tokenSecret: system.secrets.tokens, ...developmentTokens });

/** A key that may speak for readers, as a publisher's server has one. */
const publisherKey = async (): Promise<string> => {
  const database = await createDataSource({ url: system.stores.databaseUrl, applicationName: 'bench', poolSize: 1 }).initialize();
  try {
    return (await new ApiKeys(database).create('bench', ['interactions'])).key;
  } finally {
    await database.destroy();
  }
};

/** One interaction of each reader, in batches. */
const interactionsOfAll = async (key: string): Promise<number> => {
  const actions = ['impression', 'open', 'save', 'upvote', 'dwell'] as const;
  let accepted = 0;
  await inParallel(Math.ceil(invented.readers / BATCH), WIDTH, async (batch) => {
    const events = Array.from({ length: Math.min(BATCH, invented.readers - batch * BATCH) }, (_, index) => {
      const reader = batch * BATCH + index;
      const action = actions[reader % actions.length]!;
      return {
        readerRef: invented.refOf(reader),
        action,
        target: { kind: 'paper', id: invented.idOf((reader * 7919) % invented.papers) },
        client: `client-${reader}`,
        ...(action === 'save' || action === 'upvote' ? { on: true } : {}),
        ...(action === 'dwell' ? { value: reader % 600 } : {}),
      };
    });
    const answer = await client.call<{ results?: readonly { readonly status: string }[] }>('POST', '/v1/interactions', {
      json: { events },
      headers: { 'x-api-key': key },
    });
    if (answer.body.results === undefined) throw new Error(`a batch was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    accepted += answer.body.results.filter(({ status }) => status === 'accepted').length;
  });
  return accepted;
};

/** The subjects whose feeds are asked for. */
const subjects = Array.from({ length: whole('feeds') }, (_, index) => `cardinality-reader-${index}`);

const feedsOfMany = async (): Promise<Map<number, number>> => {
  const statuses = new Map<number, number>();
  await inParallel(subjects.length, 8, async (index) => {
    const paths = [
      '/v1/feeds/for-you?limit=10',
      '/v1/feeds/trending?limit=10',
      `/v1/papers/${invented.idOf(index)}/similar?limit=5`,
      `/v1/papers/${invented.idOf(index)}`,
    ];
    const { status } = await client.call('GET', index % 3 === 0 ? paths[(index / 3) % paths.length]! : paths[0]!, {
      subject: subjects[index]!,
    });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  return statuses;
};

const badRequests = async (): Promise<Map<number, number>> => {
  const statuses = new Map<number, number>();
  const papers = Array.from({ length: 1_000 }, (_, index) => invented.idOf(index));
  await inParallel(whole('bad'), 16, async () => {
    const status = await sendBad(new URL(system.url), random, papers);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  return statuses;
};

/** Records that nobody can take, written past intake. */
const deadLetters = async (): Promise<void> => {
  for (const poison of poisonNames.filter((name) => name !== 'fold that throws'))
    await log.append(
      topics.interactions.name,
      Array.from({ length: 50 }, (_, index) => {
        const facts = {
          id: `${poison.replaceAll(' ', '-')}-${index}`,
          readerRef: invented.refOf(index),
          paperId: invented.idOf(index),
          client: 'bench',
        };
        return recordOf(facts, poison);
      }),
    );
};

const text = (statuses: ReadonlyMap<number, number>): string =>
  [...statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status} x ${count}`)
    .join(', ');

try {
  const began = performance.now();
  const after = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`;
  for (const file of demandPapers([join(repositoryRoot, SEED_PAPERS)])) await loadPapers(system, file);
  await firstFeed(system.url, 60_000);
  await loadPapers(system, await paperFile());
  await untilLevel();
  say(`        ${invented.papers} papers are there after ${after()}`);
  say(`        ${await interactionsOfAll(await publisherKey())} interactions of ${invented.readers} readers accepted after ${after()}`);
  say(`        feeds: ${text(await feedsOfMany())} after ${after()}`);
  say(`        bad requests: ${text(await badRequests())} after ${after()}`);
  await deadLetters();
  const acted = await appendArms(
    log,
    whole('versions'),
    whole('arms'),
    Array.from({ length: 6 }, (_, index) => invented.idOf(index) as never),
    invented.refOf(1),
  );
  say(`        ${acted} actions on answers of ${whole('versions')} model versions in ${whole('arms')} arms after ${after()}`);
  await untilLevel();
  await sleep(3_000);

  const known = new Map<string, string>();
  for (let paper = 0; paper < invented.papers; paper += 1) known.set(invented.idOf(paper), 'paper');
  for (let reader = 0; reader < invented.readers; reader += 1)
    known.set(invented.refOf(reader), 'reader').set(`client-${reader}`, 'client');
  for (const subject of subjects) known.set(subject, 'reader').set(readerRefOf(system.secrets.readers, subject), 'reader');
  const [rows, leaks, findings]: [string[][], string[], string[]] = [[], [], []];
  let most = 0;
  for (const { name, pid, admin } of system.running) {
    const { series, labelValues, findings: found, largest } = await expositionOf(admin);
    most = Math.max(most, series);
    findings.push(...found.map((line) => `${name}: ${line}`));
    for (const [value, where] of labelValues)
      if (known.has(value) || /r_[A-Za-z0-9_-]{22,}/.test(value))
        leaks.push(`${name}: ${where} = ${value} (${known.get(value) ?? 'a reference of a reader'})`);
    rows.push([
      name,
      String(series),
      String(labelValues.size),
      String(found.length),
      (peakMemoryMiB(pid) ?? 0).toFixed(0),
      largest.map(([each, count]) => `${each} ${count}`).join(', '),
    ]);
  }
  say(table(['process', 'series', 'label values', 'findings', 'peak MiB', 'most series'], rows));
  for (const line of [...findings, ...leaks].slice(0, 20)) say(`        ${line}`);
  show('promtool check metrics has nothing to say of any process', `${findings.length} findings`, findings.length === 0);
  show(`at most ${MOST_SERIES} series a process`, `${most} at most`, most <= MOST_SERIES);
  show(`no label has a reader or a paper (${known.size} known names compared)`, `${leaks.length}`, leaks.length === 0);
} finally {
  await client.close();
  await log.close();
  await system.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
