/** `npm run docs:config`: writes the configuration table into README.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withConfigTable } from './docs/config-table.js';

writeFileSync('README.md', withConfigTable(readFileSync('README.md', 'utf8')));
console.log('wrote the configuration table to README.md');
