import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install, root } from './install.mjs';

/** `npm run test:faults -- [scenario ...] [options]`: installs and builds when needed, then runs the fault bench (docs/faults.md). */

await install();
await build({ log: console.log });
const program = join(root, 'dist/test/faults/main.js');
process.argv.splice(1, 1, program);
await import(pathToFileURL(program).href);
