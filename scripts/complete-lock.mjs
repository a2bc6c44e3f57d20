import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './install.mjs';

/**
 * `npm run lock`: names in package-lock.json the optional packages of other platforms that npm left out. A registry that does not carry
 * them makes `npm install` drop them silently, and `npm ci` then refuses the whole lock, on every platform. Each entry only says which
 * machines it is for; npm fetches it there, and nowhere else.
 */

/** @typedef {{ version?: string, optional?: boolean, dev?: boolean, os?: string[], cpu?: string[], libc?: string[], optionalDependencies?: Record<string, string> }} Entry */

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'openbsd', 'netbsd', 'sunos', 'aix', 'win32', 'wasm32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32'];

/**
 * What a platform package's name says of its platform: `@swc/core-linux-arm64-musl`.
 * @param {string} name
 * @returns {Pick<Entry, 'os' | 'cpu' | 'libc'>}
 */
export const platformOf = (name) => {
  const parts = name.split(/[-/]/);
  const os = parts.find((part) => systems.includes(part));
  const cpu = parts.find((part) => processors.includes(part));
  const libc =
    os !== 'linux'
      ? undefined
      : parts.some((part) => part.startsWith('musl'))
        ? 'musl'
        : parts.some((part) => /^gnu/.test(part))
          ? 'glibc'
          : undefined;
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(os === undefined || os === 'wasm32' ? {} : { os: [os] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
  };
};

/**
 * Optional dependencies that no entry of the lock resolves, by the folder they would get.
 * @param {Record<string, Entry>} packages
 * @returns {Record<string, Entry>}
 */
export const leftOut = (packages) => {
  /** @type {Record<string, Entry>} */
  const missing = {};
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      if (packages[`${path}/node_modules/${name}`] !== undefined || packages[`node_modules/${name}`] !== undefined) continue;
      // Platform packages are released together with their parent and named by an exact version.
      if (!/^\d/.test(range)) continue;
      missing[`node_modules/${name}`] = { version: range, ...platformOf(name), ...(dev ? { dev } : {}), optional: true };
    }
  }
  return missing;
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(root, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = leftOut(lock.packages);
  const ordered = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(ordered) }, null, 2)}\n`);
  console.log(`package-lock.json: ${Object.keys(missing).length} packages of other platforms added`);
}
