import { noTracing, type Tracing } from './tracing.js';

/** The settings of the configuration block `traces`, and of `tracesEdge` in the process that takes requests from outside. */
export interface TracesConfig {
  readonly TRACES_EXPORTER: 'none' | 'otlp';
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: string;
  readonly BROKER: 'kafka' | 'embedded';
  readonly REPLICA_ID: string;
  readonly OTEL_TRACES_SAMPLER_ARG?: number;
  readonly TRACES_TRUST_CLIENTS?: boolean;
}

/** Traces as the configuration says. With `TRACES_EXPORTER=none` nothing of OpenTelemetry's SDK is loaded, and nothing is ever recorded. */
export const startTracing = async (service: string, config: TracesConfig): Promise<Tracing> => {
  if (config.TRACES_EXPORTER === 'none') return noTracing;
  const { OtlpTracing } = await import('./otlp-tracing.js');
  return new OtlpTracing({
    service,
    replica: config.REPLICA_ID,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    broker: config.BROKER === 'kafka' ? 'kafka' : 'postgresql',
    ratio: config.OTEL_TRACES_SAMPLER_ARG ?? 0,
    trustClients: config.TRACES_TRUST_CLIENTS ?? false,
    random: Math.random,
  });
};
