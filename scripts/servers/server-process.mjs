import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What both local servers need of the operating system: a free port, a process that outlives Ctrl-C until it is told to
 * stop, and a way to be certain that a recorded pid still is the process that we started.
 */

/** A port of 127.0.0.1 that was free a moment ago. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });

/** Whether nothing listens on this port of 127.0.0.1. @param {number} port @returns {Promise<boolean>} */
const portIsFree = (port) =>
  new Promise((resolve) => {
    // A client that waits for a server to come back may get in: without being let go it would hold the probe open.
    const probe = createServer((visitor) => visitor.destroy());
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/**
 * The preferred port if it is, or within two seconds becomes, free; else another free one. A server that was killed a moment
 * ago still has its socket when its command line is gone already.
 * @param {number | undefined} wanted @returns {Promise<number>}
 */
export const choosePort = async (wanted) => {
  if (wanted === undefined) return freePort();
  for (const deadline = Date.now() + 2000; ;) {
    if (await portIsFree(wanted)) return wanted;
    if (Date.now() > deadline) return freePort();
    await sleep(50);
  }
};

/** @param {number} pid @returns {string} the command line, or '' when there is no such process (or it is a zombie) */
export const commandLineOf = (pid) => {
  try {
    return platform() === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
};

/**
 * Whether `pid` runs now and was started with `marker` (our data folder) on its command line. Pids are reused by the
 * system: nothing is signalled without this check.
 * @param {number} pid @param {string} marker
 */
export const isOurs = (pid, marker) => Number.isInteger(pid) && pid > 1 && commandLineOf(pid).includes(marker);

/**
 * Starts a program in a session of its own, so that Ctrl-C in the terminal reaches us only and we stop things in order.
 * @param {string} program @param {readonly string[]} args
 * @param {{ logFile: string, uid?: number | undefined, gid?: number | undefined, env?: NodeJS.ProcessEnv, cwd?: string }} options
 * @returns {{ pid: number, exited: Promise<string> }} `exited` resolves with what ended it
 */
export const launch = (program, args, { logFile, uid, gid, env = process.env, cwd = '/' }) => {
  const log = openSync(logFile, 'w'); // of this run only: it must not grow for ever
  const identity = uid === undefined || gid === undefined ? {} : { uid, gid };
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', log, log], ...identity });
  closeSync(log);
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  child.unref(); // a parent that ends without stopping it is not kept alive by it: the next start finds the server by its pid file
  return { pid: child.pid ?? -1, exited };
};

/**
 * Waits until `probe` succeeds; fails with the end of the log file when the process ends first or time is up.
 * @param {() => Promise<boolean>} probe
 * @param {{ name: string, exited: Promise<string>, logFile: string, timeoutMs: number }} options
 */
export const untilReady = async (probe, { name, exited, logFile, timeoutMs }) => {
  /** @type {string | undefined} */
  let ended;
  void exited.then((why) => (ended = why));
  const deadline = Date.now() + timeoutMs;
  while (!(await probe())) {
    if (ended !== undefined || Date.now() > deadline) {
      const log = await readFile(logFile, 'utf8').catch(() => '');
      throw new Error(
        `${name} did not start (${ended ?? `not ready after ${timeoutMs / 1000} s`}). The end of ${logFile}:\n${log.slice(-2000)}`,
      );
    }
    await sleep(50);
  }
};

/**
 * Asks a process of ours to end and waits; ends it the hard way after `graceMs`. Does nothing when the pid is not ours (any more).
 * @param {number} pid @param {string} marker
 * @param {{ signal: NodeJS.Signals, graceMs: number, hardSignal: NodeJS.Signals }} how
 */
export const stopProcess = async (pid, marker, { signal, graceMs, hardSignal }) => {
  if (!isOurs(pid, marker)) return;
  process.kill(pid, signal);
  const deadline = Date.now() + graceMs;
  let hard = false;
  while (isOurs(pid, marker)) {
    if (!hard && Date.now() > deadline) {
      hard = true;
      process.kill(pid, hardSignal);
    }
    await sleep(25);
  }
};
