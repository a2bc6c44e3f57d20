import { createRegistry } from '#telemetry';
import { metricRows } from '../../scripts/docs/metrics-page.js';

/** Every metric that a process of ours has, its standard ones included. */
const known = new Set([
  ...metricRows().map(({ name }) => name),
  ...createRegistry('any')
    .getMetricsAsArray()
    .map((metric) => metric.name),
]);

/** Metrics that a query names; what is recorded by rules has colons and is not among them. */
export const metricsIn = (expr: string): readonly string[] =>
  [...expr.matchAll(/(?<![a-z:])(?:gateway|ranker|ingest|quality|replicas|process|nodejs)_[a-z0-9_]+(?![a-z0-9_:])/g)].map(
    ([name]) => name,
  );

/** Those of them that no process has. */
export const unknownIn = (exprs: readonly string[]): readonly string[] => [
  ...new Set(
    exprs
      .flatMap(metricsIn)
      .map((name) => (known.has(name) ? name : name.replace(/_(bucket|count|sum)$/, '')))
      .filter((name) => !known.has(name)),
  ),
];
