import { readFileSync } from 'node:fs';
import { configTable, withConfigTable } from './config-table.js';

describe('the configuration table of the README', () => {
  it('is what `npm run docs:config` would write', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(withConfigTable(readme)).toBe(readme);
  });

  it('gives every setting a meaning', () => {
    const rows = configTable().split('\n').slice(2);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
  });
});
