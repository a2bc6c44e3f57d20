import { collectDefaultMetrics, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';

export interface RegistrySettings {
  /** Process, garbage collection and event-loop delay (`nodejs_eventloop_lag_*_seconds`) metrics; on unless a test says no. */
  readonly processMetrics?: boolean;
}

/** A registry of its own, never the global one: two processes in one test do not mix. Every series carries `service`. */
export const createRegistry = (service: string, { processMetrics = true }: RegistrySettings = {}): Registry => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (processMetrics) collectDefaultMetrics({ register: registry });
  return registry;
};
