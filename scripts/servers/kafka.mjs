import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { foundItsFolderLocked, heldFolderMessage, holderOf } from './held-folder.mjs';
import { choosePort, isOurs, launch, stopProcess, untilReady } from './server-process.mjs';

/**
 * A real Apache Kafka broker of our own: one node, KRaft, 127.0.0.1 only. Its jars come from Maven, once.
 *
 * Layout of `dataDir`: `log/` (the broker's data), `server.properties`, `server.json` (pid and ports), `kafka.log`.
 */

const pom = fileURLToPath(new URL('kafka/pom.xml', import.meta.url));
const OLDEST_JAVA = 17;
/** A broker that is ending lets go of its folder within seconds. */
const HELD_PATIENCE_MS = 20_000;
const HELD_LOOK_EVERY_MS = 500;

/** @param {string} program @param {readonly string[]} args @returns {string | null} what it printed, or null when it can not be run */
const outputOf = (program, args) => {
  try {
    return execFileSync(program, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  } catch {
    return null;
  }
};

const java = () => (process.env.JAVA_HOME !== undefined && process.env.JAVA_HOME !== '' ? join(process.env.JAVA_HOME, 'bin/java') : 'java');

/** Marks a complete folder of jars: hash of the pom and number of jars. @param {string} libs */
const completeFor = (libs) => {
  const marker = join(libs, '.complete.json');
  if (!existsSync(marker)) return false;
  const { pomSha256, jars } = JSON.parse(readFileSync(marker, 'utf8'));
  return pomSha256 === hashOfPom() && readdirSync(libs).filter((name) => name.endsWith('.jar')).length === jars;
};

const hashOfPom = () => createHash('sha256').update(readFileSync(pom)).digest('hex');

/**
 * Whether a local broker can be had on this machine, and if not, why in words for a person.
 * @param {{ libs?: string }} [options] with a folder of jars that is complete, Maven is not needed
 * @returns {{ ok: true } | { ok: false, reason: string }}
 */
export const kafkaAvailable = ({ libs } = {}) => {
  const version = outputOf(java(), ['--version']);
  const major = Number(/^\S+ (\d+)/.exec(version ?? '')?.[1]);
  if (version === null || Number.isNaN(major))
    return { ok: false, reason: `a local Kafka needs Java ${OLDEST_JAVA} or newer: none was found` };
  if (major < OLDEST_JAVA) return { ok: false, reason: `a local Kafka needs Java ${OLDEST_JAVA} or newer: this is Java ${major}` };
  if (libs !== undefined && existsSync(libs) && completeFor(libs)) return { ok: true };
  if (outputOf('mvn', ['--version']) === null)
    return { ok: false, reason: 'a local Kafka needs Maven (mvn) to fetch its jars once: none was found' };
  return { ok: true };
};

/**
 * Fetches the broker's jars with Maven into `libs`; returns at once when the folder is complete for this pom. About
 * 60 jars, 100 MB. Safe to run twice at once: each run fills a folder of its own and the last rename wins.
 * @param {{ libs: string, log?: (line: string) => void }} options
 */
export const resolveKafka = async ({ libs, log = () => {} }) => {
  if (existsSync(libs) && completeFor(libs)) return;
  const fresh = `${libs}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  log('Kafka: fetching its jars with Maven (once)');
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  const child = spawn(
    'mvn',
    ['--batch-mode', '--no-transfer-progress', '-f', pom, goal, `-DoutputDirectory=${fresh}`, '-DincludeScope=runtime'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const began = Date.now();
  const progress = setInterval(() => {
    const jars = readdirSync(fresh).length;
    log(`Kafka: Maven is at work, ${Math.round((Date.now() - began) / 1000)} s${jars > 0 ? `, ${jars} jars` : ''}`);
  }, 3000);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  /** @type {number | null} */
  const code = await new Promise((resolved, reject) => {
    child.once('error', reject);
    child.once('close', resolved);
  }).finally(() => clearInterval(progress));
  if (code !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(`Maven could not fetch Kafka's jars (exit code ${code}):\n${output.slice(-2000)}`);
  }
  const jars = readdirSync(fresh).filter((name) => name.endsWith('.jar')).length;
  writeFileSync(join(fresh, '.complete.json'), JSON.stringify({ pomSha256: hashOfPom(), jars }));
  rmSync(libs, { recursive: true, force: true });
  renameSync(fresh, libs);
  log(`Kafka: ${jars} jars in ${Math.round((Date.now() - began) / 1000)} s`);
};

/** @param {string} data @param {number} port @param {number} controllerPort @param {Readonly<Record<string, string>>} settings */
const properties = (data, port, controllerPort, settings) =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': '1',
    // A static quorum of one is read anew at every start, so the ports may change between starts.
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': join(data, 'log'),
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '2',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '2',
    'group.initial.rebalance.delay.ms': '0',
    // After a kill, the controller lets the same broker in again only when the old one's session has ended: 9 s by default.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    // Its default of 128 MB does not fit beside the rest in a 512 MB heap.
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
    ...settings,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** Whether the broker listens. It opens its port only when it can serve. @param {number} port @returns {Promise<boolean>} */
const listens = (port) =>
  new Promise((resolved) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(1000, () => socket.destroy(new Error('timeout')));
    socket.once('connect', () => socket.end(() => resolved(true)));
    socket.once('error', () => resolved(false));
  });

/** @param {string} data */
const propertiesOf = (data) => join(data, 'server.properties'); // on the command line, so it is also how we know our process

/** @param {number} pid @param {string} data */
const stopServer = (pid, data) => stopProcess(pid, propertiesOf(data), { signal: 'SIGTERM', graceMs: 10_000, hardSignal: 'SIGKILL' });

/**
 * Stops the broker that a killed parent left on this folder, if there is one.
 * @param {string} dataDir
 */
export const stopLeftKafka = async (dataDir) => {
  const left = recorded(resolve(dataDir));
  if (left !== null) await stopServer(left.pid, resolve(dataDir));
};

/**
 * A cluster id: 16 random bytes as base64url, made here because StorageTool's random-uuid would cost another second of Java. Like Kafka's
 * own, never one with a leading dash, which the command line would read as an option (1 in 64 would begin so).
 *
 * @param {() => Buffer} [draw] the source of 16 bytes
 */
export const newClusterId = (draw = () => randomBytes(16)) => {
  let id = draw().toString('base64url');
  while (id.startsWith('-')) id = draw().toString('base64url');
  return id;
};

/** @param {string} data @returns {{ pid: number, port: number, controllerPort: number } | null} */
const recorded = (data) => {
  try {
    return JSON.parse(readFileSync(join(data, 'server.json'), 'utf8'));
  } catch {
    return null;
  }
};

/**
 * Tries `start` again for as long as another process holds the folder of the log. A broker of ours that nothing recorded (its parent was killed
 * before it could) is stopped; any other is its owner's business, who is told after `patienceMs` what to do.
 *
 * @template T
 * @param {string} data @param {() => Promise<T>} start @param {{ patienceMs: number, log: (line: string) => void }} how
 * @returns {Promise<T>}
 */
const whenFolderIsFree = async (data, start, { patienceMs, log }) => {
  const folder = join(data, 'log');
  const deadline = Date.now() + patienceMs;
  for (let told = false; ; told = true) {
    try {
      return await start();
    } catch (error) {
      if (!foundItsFolderLocked(readFileSync(join(data, 'kafka.log'), 'utf8'))) throw error;
    }
    const holder = holderOf(folder);
    if (holder !== null && isOurs(holder, propertiesOf(data))) await stopServer(holder, data);
    else if (Date.now() >= deadline) throw new Error(heldFolderMessage(folder, holder));
    else if (!told) log(`Kafka: its data folder is still in use${holder === null ? '' : ` (pid ${holder})`}; waiting`);
    await sleep(HELD_LOOK_EVERY_MS);
  }
};

/**
 * Starts the broker, or takes over the one that a killed parent left running on the same folder. Up in 2 to 4 s.
 *
 * @param {object} options
 * @param {string} options.dataDir made and formatted when missing
 * @param {string} [options.libs] folder of the jars; default `libs` in `dataDir`
 * @param {number} [options.port] preferred port; another free one is taken when it is in use or absent
 * @param {(line: string) => void} [options.log]
 * @param {Readonly<Record<string, string>>} [options.settings] further server.properties
 * @param {number} [options.heldPatienceMs] how long to wait for another process to let go of the data folder
 * @returns {Promise<{ brokers: string, pid: number, stop: () => Promise<void> }>}
 */
export const startKafka = async ({ dataDir, libs, port, log = () => {}, settings = {}, heldPatienceMs = HELD_PATIENCE_MS }) => {
  const data = resolve(dataDir);
  const jars = libs === undefined ? join(data, 'libs') : resolve(libs);
  const propertiesFile = propertiesOf(data);
  const logFile = join(data, 'kafka.log');
  mkdirSync(data, { recursive: true });
  await resolveKafka({ libs: jars, log });

  const left = recorded(data);
  if (left !== null && isOurs(left.pid, propertiesFile)) {
    if (await listens(left.port)) {
      log(`Kafka: found running (pid ${left.pid}, port ${left.port})`);
      return { brokers: `127.0.0.1:${left.port}`, pid: left.pid, stop: () => stopServer(left.pid, data) };
    }
    await stopServer(left.pid, data);
  }

  const chosen = await choosePort(port ?? left?.port);
  let controllerPort = await choosePort(undefined);
  while (controllerPort === chosen) controllerPort = await choosePort(undefined);
  writeFileSync(propertiesFile, properties(data, chosen, controllerPort, settings));

  const classPath = ['-cp', join(jars, '*')];
  if (!existsSync(join(data, 'log', 'meta.properties'))) {
    log('Kafka: formatting its storage');
    const id = newClusterId();
    execFileSync(java(), [...classPath, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', id, '-c', propertiesFile], {
      stdio: 'pipe',
    });
  }
  const options = [
    '-Xmx512m',
    '-Xms128m',
    '-XX:+UseSerialGC',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
  ];
  const launchOnce = async () => {
    const { pid, exited } = launch(java(), [...options, ...classPath, 'kafka.Kafka', propertiesFile], {
      logFile,
      cwd: dirname(propertiesFile),
    });
    writeFileSync(join(data, 'server.json'), JSON.stringify({ pid, port: chosen, controllerPort }));
    await untilReady(() => listens(chosen), { name: 'Kafka', exited, logFile, timeoutMs: 60_000 });
    return pid;
  };
  const pid = await whenFolderIsFree(data, launchOnce, { patienceMs: heldPatienceMs, log });
  log(`Kafka: ready (pid ${pid}, port ${chosen})`);
  return { brokers: `127.0.0.1:${chosen}`, pid, stop: () => stopServer(pid, data) };
};
