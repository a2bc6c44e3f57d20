import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind,
  SpanStatusCode,
  type SpanContext,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { attributeNames as names } from './attribute-names.js';
import { SpanQueue } from './span-queue.js';
import { parseTraceparent, type SpanPlace, traceparentOf } from './traceparent.js';
import { type Moment, type Span, type SpanAttributes, type SpanCounts, type SpanStart, Tracing } from './tracing.js';

export interface OtlpTracingSettings {
  /** `gateway`, `ingest`, `ranker`. */
  readonly service: string;
  readonly replica: string;
  /** Base URL of the collector. */
  readonly endpoint: string;
  /** What carries the log: `messaging.system` of spans about records. */
  readonly broker: string;
  /** Share of requests from outside that are recorded, 0 to 1; 0 where no request from outside comes. */
  readonly ratio: number;
  /** Whether a caller's own choice, in the flag of its `traceparent`, is followed instead. */
  readonly trustClients: boolean;
  readonly random: () => number;
}

/** Longest wait for the collector, in ms: spans wait in a bounded queue meanwhile. */
const EXPORT_TIMEOUT_MS = 5_000;
/** More links than this tell nobody more; records beyond are counted in the span all the same. */
const MAX_LINKS = 128;

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** As the SDK wants moments: it takes small numbers for readings of `performance.now()`. */
const timeOf = (moment: Moment | undefined): { startTime?: number } => (moment === undefined ? {} : { startTime: moment });

const remote = ({ traceId, spanId }: SpanPlace): SpanContext => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });

class RecordedSpan implements Span {
  readonly traceId: string;
  readonly spanId: string;

  constructor(
    readonly inner: OtelSpan,
    readonly context: Context,
  ) {
    ({ traceId: this.traceId, spanId: this.spanId } = inner.spanContext());
  }

  get traceparent(): string {
    return traceparentOf(this);
  }

  rename(name: string): void {
    this.inner.updateName(name);
  }

  set(attributes: SpanAttributes): void {
    this.inner.setAttributes(attributes);
  }

  fail(type: string): void {
    this.inner.setAttribute(names.errorType, type);
    this.inner.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(at?: Moment): void {
    this.inner.end(at);
  }
}

/**
 * Traces through the OpenTelemetry SDK, sent as OTLP over HTTP. Loaded only when traces are on. Nothing of it is global, so several services can
 * run in one process, and no import is patched: spans are made where our own code crosses a boundary.
 */
export class OtlpTracing extends Tracing {
  readonly on = true;
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;
  private readonly queue: SpanQueue;
  private readonly current = new AsyncLocalStorage<RecordedSpan>();

  constructor(private readonly settings: OtlpTracingSettings) {
    super();
    const { service, replica, endpoint } = settings;
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: EXPORT_TIMEOUT_MS });
    this.queue = new SpanQueue(exporter);
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        [names.serviceName]: service,
        [names.serviceNamespace]: 'broadsheet',
        [names.serviceInstance]: replica,
      }),
      // What is not to be recorded never becomes a span: see receive().
      sampler: new AlwaysOnSampler(),
      spanProcessors: [this.queue],
      spanLimits: { linkCountLimit: MAX_LINKS },
    });
    this.tracer = this.provider.getTracer('broadsheet');
  }

  get counts(): SpanCounts {
    return this.queue.counts;
  }

  receive(name: string, traceparent: unknown, start: SpanStart): Span | null {
    const caller = parseTraceparent(traceparent);
    if (!this.wanted(caller?.sampled)) return null;
    return this.start(name, caller === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote(caller)), start);
  }

  resume(name: string, traceparent: unknown, start: SpanStart): Span | null {
    const caller = parseTraceparent(traceparent);
    if (caller?.sampled !== true) return null;
    const place = remote(caller);
    // Who reads a record has a link to who wrote it whether it is a child or not: that is where tools look for it.
    return this.start(name, trace.setSpanContext(ROOT_CONTEXT, place), start, start.kind === 'consumer' ? [{ context: place }] : []);
  }

  join(name: string, traceparents: readonly unknown[], start: SpanStart): Span | null {
    const links: Link[] = [];
    for (const traceparent of traceparents) {
      const place = parseTraceparent(traceparent);
      if (place?.sampled === true && links.length < MAX_LINKS) links.push({ context: remote(place) });
    }
    return links.length === 0 ? null : this.start(name, ROOT_CONTEXT, start, links);
  }

  part(name: string, start: SpanStart): Span | null {
    const whole = this.current.getStore();
    return whole === undefined ? null : this.start(name, whole.context, start);
  }

  active(): Span | null {
    return this.current.getStore() ?? null;
  }

  within<T>(span: Span | null, work: () => T): T {
    return span instanceof RecordedSpan ? this.current.run(span, work) : work();
  }

  onFailure(listener: (error: unknown) => void): void {
    this.queue.failed = listener;
  }

  close(): Promise<void> {
    return this.provider.shutdown();
  }

  private wanted(sampledByCaller: boolean | undefined): boolean {
    if (this.settings.trustClients && sampledByCaller !== undefined) return sampledByCaller;
    return this.settings.random() < this.settings.ratio;
  }

  private start(name: string, parent: Context, { kind, attributes = {}, began }: SpanStart, links: Link[] = []): RecordedSpan {
    const about = kind === 'producer' || kind === 'consumer' ? { [names.messagingSystem]: this.settings.broker } : {};
    const options = { kind: kinds[kind], attributes: { ...about, ...attributes }, links, ...timeOf(began) };
    const inner = this.tracer.startSpan(name, options, parent);
    return new RecordedSpan(inner, trace.setSpan(parent, inner));
  }
}
