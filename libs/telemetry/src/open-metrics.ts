import type { Registry } from 'prom-client';
import { type Exemplar, exemplarOf } from './exemplars.js';

/** What prom-client tells of one value. Its own OpenMetrics text renames the counters of the registry for good, so the text is made here. */
interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly metricName?: string;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Sample[];
}

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
};

/** Borders of buckets are floats in OpenMetrics: `5` is written `5.0`, as Prometheus 3 stores it in either format. */
const borderText = (border: string | number): string => {
  if (typeof border === 'string') return border;
  return Number.isInteger(border) && Math.abs(border) < 1e15 ? `${border}.0` : numberText(border);
};

const labelsText = (labels: Sample['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(name === 'le' || name === 'quantile' ? borderText(value) : String(value))}"`)
    .join(',');

const exemplarText = (exemplar: Exemplar | undefined): string =>
  exemplar === undefined
    ? ''
    : ` # {trace_id="${exemplar.traceId}",span_id="${exemplar.spanId}"} ${numberText(exemplar.value)} ${exemplar.at.toFixed(3)}`;

const familyLines = ({ name, help, type, values }: Family, metric: object | undefined): string[] => {
  const isCounter = type === 'counter';
  const family = isCounter ? name.replace(/_total$/, '') : name;
  return [
    `# TYPE ${family} ${type}`,
    `# HELP ${family} ${escaped(help)}`,
    ...values.map((sample) => {
      const { labels, metricName, value } = sample;
      const inBraces = labelsText(labels);
      const series = isCounter ? `${family}_total` : (metricName ?? family);
      const exemplar = metric !== undefined && metricName === `${family}_bucket` ? exemplarOf(metric, labels) : undefined;
      return `${series}${inBraces === '' ? '' : `{${inBraces}}`} ${numberText(value)}${exemplarText(exemplar)}`;
    }),
  ];
};

/** All metrics in OpenMetrics text, exemplars included: which of many requests a bucket counted, by trace. */
export const openMetricsText = async (registry: Registry): Promise<string> => {
  const families = (await registry.getMetricsAsJSON()) as unknown as readonly Family[];
  return [...families.flatMap((family) => familyLines(family, registry.getSingleMetric(family.name))), '# EOF', ''].join('\n');
};

const qualityOf = (range: string): number => {
  const q = /;\s*q=([\d.]+)/.exec(range)?.[1];
  return q === undefined ? 1 : Number(q);
};

/** Whether a scraper wants OpenMetrics at least as much as the classic text; who names neither gets the classic one. */
export const wantsOpenMetrics = (accept: string | undefined): boolean => {
  const best = (type: string): number =>
    Math.max(
      0,
      ...(accept ?? '')
        .split(',')
        .filter((range) => range.trim().toLowerCase().startsWith(type))
        .map(qualityOf),
    );
  const open = best('application/openmetrics-text');
  return open > 0 && open >= best('text/plain');
};
