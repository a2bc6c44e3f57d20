import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install, root } from './install.mjs';

/** `node scripts/run.mjs NAME [arguments]`: installs and builds when needed, then runs scripts/NAME.ts. */

const [name, ...rest] = process.argv.slice(2);
if (name === undefined) throw new Error('which script? node scripts/run.mjs NAME');
await install();
await build();
const program = join(root, 'dist/scripts', `${name}.js`);
process.argv.splice(1, process.argv.length - 1, program, ...rest);
await import(pathToFileURL(program).href);
