import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boardJson } from '../../scripts/dashboards/board.js';
import { boards } from '../../scripts/dashboards/boards.js';
import { metricsIn, unknownIn } from './asked-metrics.js';

const folder = 'monitoring/grafana/dashboards';

describe('dashboards', () => {
  it('are what their source says: npm run dashboards', () => {
    expect(readdirSync(folder).sort()).toEqual(boards.map(({ name }) => `${name}.json`).sort());
    for (const board of boards)
      expect(JSON.parse(readFileSync(join(folder, `${board.name}.json`), 'utf8'))).toEqual(JSON.parse(JSON.stringify(boardJson(board))));
  });

  it('have no two panels in one place', () => {
    for (const board of boards) {
      const places = (boardJson(board)['panels'] as { gridPos: { x: number; y: number; w: number; h: number } }[]).map(
        (panel) => panel.gridPos,
      );
      const cells = places.flatMap(({ x, y, w, h }) =>
        Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(places.every(({ x, w }) => x + w <= 24)).toBe(true);
    }
  });

  it('say of each panel what it shows', () => {
    for (const { rows } of boards)
      for (const { panels } of rows)
        for (const { about, asks } of panels) expect([about.length >= 8, asks.length > 0]).toEqual([true, true]);
  });

  it.each(boards.map((board) => [board.name, board] as const))('%s asks only for metrics that a process has', (_, { rows }) => {
    const exprs = rows.flatMap(({ panels }) => panels.flatMap(({ asks }) => asks.map(([expr]) => expr)));
    expect(exprs.flatMap(metricsIn).length).toBeGreaterThan(10);
    expect(unknownIn(exprs)).toEqual([]);
  });
});
