import type { Histogram } from 'prom-client';
import type { Span } from './traces/tracing.js';

/** One observation of many that a bucket counted, and the trace that tells how it came about. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  /** Seconds since 1970. */
  readonly at: number;
}

/** The last exemplar of each bucket, by series and upper border (`+Inf` included). */
type OfSeries = Map<string, Map<number, Exemplar>>;

/** Kept beside the histograms: prom-client keeps exemplars only in registries that can no longer write the classic text. */
const kept = new WeakMap<object, OfSeries>();

type Labels = Readonly<Partial<Record<string, string | number>>>;

/** Which series of a histogram: its own labels in the order of their names, whatever else a sample carries (`le`, `service`). */
const seriesOf = (labelNames: readonly string[], labels: Labels): string => JSON.stringify(labelNames.map((name) => labels[name] ?? null));

/** What every histogram of prom-client has and its types leave out. */
const inside = (histogram: object): { readonly labelNames: readonly string[]; readonly upperBounds: readonly number[] } =>
  histogram as { labelNames: string[]; upperBounds: number[] };

/** Observes a value, and remembers for its bucket which trace it was of: none, when the work is not traced. */
export const observeTraced = <L extends string>(
  histogram: Histogram<L>,
  labels: Readonly<Partial<Record<L, string>>>,
  value: number,
  span: Span | null,
): void => {
  histogram.observe(labels, value);
  if (span === null) return;
  const { labelNames, upperBounds } = inside(histogram);
  let all = kept.get(histogram);
  if (all === undefined) kept.set(histogram, (all = new Map<string, Map<number, Exemplar>>()));
  const series = seriesOf(labelNames, labels);
  let buckets = all.get(series);
  if (buckets === undefined) all.set(series, (buckets = new Map<number, Exemplar>()));
  const border = upperBounds.find((bound) => value <= bound) ?? Infinity;
  buckets.set(border, { traceId: span.traceId, spanId: span.spanId, value, at: Date.now() / 1000 });
};

/** The exemplar of one bucket. `labels`: those of the sample, `le` among them. */
export const exemplarOf = (histogram: object, labels: Labels): Exemplar | undefined => {
  const all = kept.get(histogram);
  if (all === undefined) return undefined;
  return all.get(seriesOf(inside(histogram).labelNames, labels))?.get(labels['le'] === '+Inf' ? Infinity : Number(labels['le']));
};
