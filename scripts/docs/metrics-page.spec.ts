import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { metricRows, metricsPage } from './metrics-page.js';

/** Names of labels that could carry what readers or papers are: a series for each of them. */
const unbounded = /reader|paper|user|query|path|url|request|session|token|^id$/;
const prefixes: Readonly<Record<string, RegExp>> = {
  gateway: /^(gateway|database|trace)_/,
  ingest: /^(ingest|quality|database|trace)_/,
  ranker: /^(ranker|database|trace)_/,
  auditor: /^replicas_/,
};

describe('metrics', () => {
  const rows = metricRows();

  it.each(rows.map((row) => [row.name, row] as const))(
    '%s is named and labelled as metrics are',
    (name, { service, type, labels, help }) => {
      expect(name).toMatch(prefixes[service] ?? /^$/);
      expect(name).toMatch(/^[a-z][a-z0-9_]*[a-z0-9]$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|kb|mb|mib)$/);
      expect(labels.filter((label) => unbounded.test(label))).toEqual([]);
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
    },
  );

  it('are no two of one name in a process', () => {
    const names = rows.map(({ service, name }) => `${service} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('stand on their page as they are in the code: npm run docs:metrics', async () => {
    const file = 'docs/metrics.md';
    const fresh = await format(metricsPage(), { ...(await resolveConfig(file)), filepath: file });
    expect(readFileSync(file, 'utf8')).toBe(fresh);
  });
});
