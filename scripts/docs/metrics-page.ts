import { GatewayMetrics } from '../../apps/gateway/src/gateway.metrics.js';
import { archiveLag, qualityLag, watchLag } from '../../apps/ingest/src/consume/lag-gauges.js';
import { IngestMetrics } from '../../apps/ingest/src/ingest.metrics.js';
import { QualityMetrics } from '../../apps/ingest/src/quality/quality.metrics.js';
import { AuditorMetrics } from '../../apps/ranker/src/agreement/auditor.metrics.js';
import { RankerMetrics } from '../../apps/ranker/src/ranker.metrics.js';
import { FoldWatch } from '../../apps/ranker/src/watching/fold-watch.js';
import { RankWatch } from '../../apps/ranker/src/watching/rank-watch.js';
import { registerLiveGauges } from '../../apps/ranker/src/wiring/live-gauges.js';
import { createRegistry, type Registry, type Tracing, watchPools, watchTracing } from '#telemetry';

/** One metric as a process registers it. */
export interface MetricRow {
  readonly service: string;
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

const registryOf = (service: string, fill: (registry: Registry) => void): readonly MetricRow[] => {
  const registry = createRegistry(service, { processMetrics: false });
  fill(registry);
  return registry.getMetricsAsArray().map((metric) => {
    // The type of prom-client leaves out what every metric of it has.
    const { name, help, type, labelNames } = metric as unknown as {
      name: string;
      help: string;
      type: string;
      labelNames: readonly string[];
    };
    return { service, name, type, labels: labelNames.filter((label) => label !== 'le'), help };
  });
};

/** A gauge that is only named here is never read, so nothing has to stand behind it. */
const nobody = {} as never;

/** What each service has that keeps connections to a database, and makes traces. */
const common = (registry: Registry): void => {
  watchPools(registry, {});
  const tracing = { counts: { exported: 0, failed: 0, dropped: 0 }, onFailure: () => undefined } as unknown as Tracing;
  watchTracing(tracing, registry, nobody);
};

const gateway = (): readonly MetricRow[] =>
  registryOf('gateway', (registry) => {
    new GatewayMetrics(registry);
    common(registry);
  });

const ingest = (): readonly MetricRow[] =>
  registryOf('ingest', (registry) => {
    const metrics = new IngestMetrics(registry);
    metrics.watchInFlight(registry, () => 0);
    watchLag(registry, archiveLag, nobody, () => 0);
    new QualityMetrics(registry);
    watchLag(registry, qualityLag, nobody, () => 0);
    common(registry);
  });

const ranker = (): readonly MetricRow[] =>
  registryOf('ranker', (registry) => {
    const metrics = new RankerMetrics(registry);
    registerLiveGauges(metrics, nobody);
    new RankWatch(metrics, nobody, nobody, () => 0);
    new FoldWatch(
      metrics,
      nobody,
      nobody,
      () => 0,
      () => false,
    );
    common(registry);
  });

/** `compare --every` of the ranker. */
const auditor = (): readonly MetricRow[] => registryOf('auditor', (registry) => void new AuditorMetrics(registry));

/** Every metric of ours, service by service, in the order of their names. */
export const metricRows = (): readonly MetricRow[] =>
  [gateway(), ingest(), ranker(), auditor()].flatMap((rows) => rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)));

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (rows: readonly MetricRow[]): string =>
  [
    '| metric | type | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${cell(help)} |`,
    ),
  ].join('\n');

/** docs/metrics.md: made from the registries themselves, so it can not be wrong about them. */
export const metricsPage = (): string => {
  const rows = metricRows();
  const services = [...new Set(rows.map(({ service }) => service))];
  return `# Metrics

Made by \`npm run docs:metrics\` from the code; do not edit. ${rows.length} metrics of ours; each series carries \`service\` as well.

Names begin with the service (\`database_\` and \`trace_\` are what several have, \`quality_\` is what readers make of answers, \`replicas_\` what the auditor found), times are in seconds, sizes in bytes, counters end in \`_total\`,
moments in \`_timestamp_seconds\`. Labels come from code (route patterns, topics, codes, stages, model versions): never a reader, a paper or a
query. Each process also shows Node's and its own standard metrics (\`process_*\`, \`nodejs_*\`) and \`broadsheet_build_info\`.
${services.map((service) => `\n## ${service}\n\n${table(rows.filter((row) => row.service === service))}\n`).join('')}`;
};
