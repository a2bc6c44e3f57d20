import { build } from './build.mjs';
import { install } from './install.mjs';

/** `npm start`: installs when needed, builds what changed, then hands over to the supervisor in scripts/start/. */

try {
  if (!process.argv.includes('--help')) await install();
  await build({ log: console.log });
  const { main } = await import('../dist/scripts/start/main.js');
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
