import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install, root } from './install.mjs';

/** `npm start`: installs when needed, builds what changed, then hands over to the supervisor in scripts/start/. */

try {
  await install();
  await build({ log: console.log });
  const { main } = await import(pathToFileURL(join(root, 'dist/scripts/start/main.js')).href);
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
