import type { GaugeConfiguration } from 'prom-client';
import { Counter, Gauge, Histogram, type Registry } from '#telemetry';

type SetValue<L extends string> = (labels: Partial<Record<L, string>>, value: number) => void;

/** A gauge whose values are read when somebody looks, and cost nothing in between. */
export interface ReadGauge<L extends string> {
  collectWith(read: (set: SetValue<L>) => void): void;
}

const readGauge = <L extends string>(settings: GaugeConfiguration<L>): ReadGauge<L> => {
  let read: (set: SetValue<L>) => void = () => undefined;
  const gauge = new Gauge({ ...settings, collect: () => read((labels, value) => gauge.set(labels, value)) });
  return {
    collectWith: (next) => {
      read = next;
    },
  };
};

/** Everything the gateway counts. Labels come from code (route patterns, code names), never from a request. */
export class GatewayMetrics {
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly inFlight: Gauge;
  readonly feeds: Counter<'surface' | 'from'>;
  readonly degraded: Counter<'surface' | 'part'>;
  readonly partFailures: Counter<'part' | 'code'>;
  readonly tries: Counter<'peer' | 'outcome'>;
  readonly usablePeers: ReadGauge<'peer'>;
  readonly events: Counter<'status'>;
  readonly limited: Counter<'policy'>;
  readonly problems: Counter<'code'>;
  readonly folded: Counter;
  readonly unreadable: Counter;
  readonly catalogue: ReadGauge<'what'>;
  readonly catalogueLag: ReadGauge<never>;
  readonly heartbeatSeconds: Histogram;
  readonly heartbeatFailures: Counter<'stage'>;
  readonly heartbeatSuccess: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requestSeconds = new Histogram({
      name: 'gateway_http_request_duration_seconds',
      help: 'Wall time of one HTTP request, from its headers to the end of the answer.',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    this.inFlight = new Gauge({ name: 'gateway_http_requests_in_flight', help: 'HTTP requests under way.', registers });
    this.feeds = new Counter({
      name: 'gateway_feed_answers_total',
      help: 'Feed answers by where they came from: fresh, stale or last-good ready bytes, miss (computed for all), hop (computed for one), fall-back.',
      labelNames: ['surface', 'from'] as const,
      registers,
    });
    this.degraded = new Counter({
      name: 'gateway_feed_degraded_total',
      help: 'Parts missing from feed answers.',
      labelNames: ['surface', 'part'] as const,
      registers,
    });
    this.partFailures = new Counter({
      name: 'gateway_part_failures_total',
      help: 'Parts that failed behind answers that were given without them, by code; UNEXPECTED is a mistake in the code, not an outage.',
      labelNames: ['part', 'code'] as const,
      registers,
    });
    this.tries = new Counter({
      name: 'gateway_rpc_tries_total',
      help: 'Calls to one replica of a peer.',
      labelNames: ['peer', 'outcome'] as const,
      registers,
    });
    this.usablePeers = readGauge({
      name: 'gateway_rpc_usable_replicas',
      help: 'Replicas of a peer that would be asked now.',
      labelNames: ['peer'] as const,
      registers,
    });
    this.events = new Counter({
      name: 'gateway_records_total',
      help: 'Events and papers received, by what became of them.',
      labelNames: ['status'] as const,
      registers,
    });
    this.limited = new Counter({
      name: 'gateway_rate_limited_total',
      help: 'Requests refused by a rate limit.',
      labelNames: ['policy'] as const,
      registers,
    });
    this.problems = new Counter({
      name: 'gateway_problems_total',
      help: 'Problems answered, by code.',
      labelNames: ['code'] as const,
      registers,
    });
    this.folded = new Counter({ name: 'gateway_catalogue_records_total', help: 'Records of papers.v1 read.', registers });
    this.unreadable = new Counter({
      name: 'gateway_catalogue_unreadable_total',
      help: 'Records of papers.v1 that are no paper and were left out.',
      registers,
    });
    this.catalogue = readGauge({
      name: 'gateway_catalogue_size',
      help: 'Papers held, bytes of their text, and records not yet read.',
      labelNames: ['what'] as const,
      registers,
    });
    this.catalogueLag = readGauge({
      name: 'gateway_catalogue_lag_seconds',
      help: 'Age of the oldest record of papers.v1 that is not in the catalogue yet, or how long the log has been silent if that is longer; 0 when none waits.',
      registers,
    });
    this.heartbeatSeconds = new Histogram({
      name: 'gateway_heartbeat_duration_seconds',
      help: 'Time of an event of our own from here through ingest and the log until a ranker has folded it.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
      registers,
    });
    this.heartbeatFailures = new Counter({
      name: 'gateway_heartbeat_failures_total',
      help: 'Heartbeats that did not become durable (intake), or that no ranker folded within 30 s (effective).',
      labelNames: ['stage'] as const,
      registers,
    });
    this.heartbeatSuccess = new Gauge({
      name: 'gateway_heartbeat_success_timestamp_seconds',
      help: 'When a heartbeat last came through, as Unix time; 0 before the first.',
      registers,
    });
  }
}
