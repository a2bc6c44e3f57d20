import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boardJson } from './dashboards/board.js';
import { boards } from './dashboards/boards.js';

/** `npm run dashboards`: writes monitoring/grafana/dashboards from scripts/dashboards. */

const folder = 'monitoring/grafana/dashboards';
for (const file of readdirSync(folder)) rmSync(join(folder, file));
for (const board of boards) writeFileSync(join(folder, `${board.name}.json`), `${JSON.stringify(boardJson(board), null, 2)}\n`);
console.log(`wrote ${boards.length} dashboards, ${boards.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels)).length} panels`);
