import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install, root } from './install.mjs';

/**
 * `npm run bench -- NAME [options]`: measurements (bench/*.ts start a system of their own) and promises (bench/promises/*.ts are
 * checked against the one that runs). Without a name it lists them.
 */

const folders = ['bench', 'bench/promises'];

/** @param {string} folder @returns {string[]} programs in it: what begins with a usage line */
const programsIn = (folder) =>
  readdirSync(join(root, folder))
    .filter(
      (file) =>
        file.endsWith('.ts') &&
        !file.endsWith('.spec.ts') &&
        readFileSync(join(root, folder, file), 'utf8').includes(' *   npm run bench -- '),
    )
    .map((file) => file.slice(0, -3));

const [name, ...rest] = process.argv.slice(2);
const folder = folders.find((candidate) => name !== undefined && programsIn(candidate).includes(name));
if (folder === undefined) {
  if (name !== undefined) console.error(`there is no measurement called ${name}`);
  console.log(`npm run bench -- NAME [options]\n${folders.map((each) => `  ${each}: ${programsIn(each).join(', ')}`).join('\n')}`);
  process.exit(name === undefined ? 0 : 1);
}
await install();
await build({ log: console.log });
// The key of the system that `npm start` runs, so that promises can be checked against it without more options.
const secrets = join(root, '.data/dev-secrets.json');
if (!process.env.JWT_SHARED_SECRET && existsSync(secrets)) process.env.JWT_SHARED_SECRET = JSON.parse(readFileSync(secrets, 'utf8')).tokens;
process.argv.splice(1, process.argv.length - 1, join(root, 'dist', folder, `${name}.js`), ...rest);
// For a measurement that loads ONNX Runtime by itself: libs/model/src/session/no-telemetry.ts says why.
process.env.ORT_DISABLE_TELEMETRY ??= '1';
await import(pathToFileURL(join(root, 'dist', folder, `${name}.js`)).href);
