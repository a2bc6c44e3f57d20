import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install, root } from './install.mjs';

/** `npm run dev -- [options of npm start]`: a system that is built and started again when a source is saved. */

/** Editors write a file in several steps, and a checkout many files: wait until it is quiet. */
const QUIET_MS = 300;

await install();
/** @type {import('node:child_process').ChildProcess | undefined} */
let system;
let ending = false;

const start = () => {
  // In a session of its own: Ctrl-C reaches this program alone, which stops it in order.
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    detached: true,
  });
  child.once('exit', (code) => {
    if (system !== child) return;
    system = undefined;
    if (ending) process.exit(code ?? 1);
    if (code !== 0) console.log('waiting for a change');
  });
  system = child;
};

/** @returns {Promise<void>} */
const stop = () =>
  new Promise((resolve) => {
    const child = system;
    if (child === undefined) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });

/** Builds first: a system that runs is better than one that does not compile. */
const renew = async () => {
  try {
    const { written, removed } = await build({ log: console.log });
    if (written + removed === 0 && system !== undefined) return;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return;
  }
  await stop();
  if (!ending) start();
};

/** @type {NodeJS.Timeout | undefined} */
let timer;
let renewing = Promise.resolve();
for (const folder of ['apps', 'libs', 'scripts']) {
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    if (file === null || /\.spec\.ts$|~$|\.swp$/.test(String(file))) return;
    clearTimeout(timer);
    timer = setTimeout(() => (renewing = renewing.then(renew)), QUIET_MS);
  });
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    ending = true;
    if (system === undefined) process.exit(0);
    system.kill('SIGTERM');
  });
}
await renew();
