import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Makes node_modules what package-lock.json says, with nothing but Node. Runs before every `npm start` and `npm test`, so it is
 * quick when there is nothing to do, and it trusts contents, not file times: a clone or a checkout gives every file a new time.
 */

export const root = fileURLToPath(new URL('..', import.meta.url));

const OLDEST_NODE = [20, 19];

/**
 * @param {string} version such as `20.19.0`
 * @returns {string | null} what is wrong with it, for a person
 */
export const nodeProblem = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return null;
  return `Broadsheet needs Node ${OLDEST_NODE.join('.')} or newer; this is ${version}. See https://nodejs.org/en/download`;
};

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>} packages by folder */
const packagesOf = (file) => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).packages ?? {}) : {});

/**
 * Packages of the lock that are not installed in the locked version. npm records what it installed in node_modules/.package-lock.json;
 * optional packages are left out there when they do not fit the machine.
 * @param {string} folder the repository
 * @returns {string[]}
 */
export const missingPackages = (folder) => {
  const installed = packagesOf(join(folder, 'node_modules/.package-lock.json'));
  return Object.entries(packagesOf(join(folder, 'package-lock.json')))
    .filter(([path, { version, optional, link }]) => path !== '' && !optional && !link && installed[path]?.version !== version)
    .map(([path]) => path.replace(/^node_modules\//, ''));
};

/** @param {string} folder @param {(line: string) => void} log @returns {Promise<void>} */
const npmCi = (folder, log) =>
  new Promise((resolve, reject) => {
    const began = Date.now();
    const seconds = () => Math.round((Date.now() - began) / 1000);
    const child = spawn('npm', ['ci', '--include=dev', '--loglevel=error', '--no-progress'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    const progress = setInterval(() => log(`installing: npm ci is at work, ${seconds()} s`), 5_000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(progress);
      if (code !== 0) return reject(new Error(`npm ci failed with exit code ${code}`));
      log(`installed in ${seconds()} s`);
      resolve();
    });
  });

/** @param {string} [folder] @param {(line: string) => void} [log] */
export const install = async (folder = root, log = console.log) => {
  const problem = nodeProblem(process.versions.node);
  if (problem !== null) throw new Error(problem);
  const missing = missingPackages(folder);
  if (missing.length === 0) return;
  log(`installing: ${missing.length} packages of package-lock.json are missing or old (${missing.slice(0, 3).join(', ')}, ...)`);
  await npmCi(folder, log);
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  install().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
