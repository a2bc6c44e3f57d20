import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';

export interface RegistrySettings {
  /** Process, garbage collection and event-loop delay (`nodejs_eventloop_lag_*_seconds`) metrics; on unless a test says no. */
  readonly processMetrics?: boolean;
}

/** Connections of one pool, by what they do now. */
export interface PoolConnections {
  readonly used: number;
  readonly idle: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/**
 * Shows the pools of a process when somebody scrapes. `pools`: by what they are for, a name from code; null while a pool is not open.
 * It is called for all of them once, since a process has one metric of each name.
 */
export const watchPools = (registry: Registry, pools: Readonly<Record<string, () => PoolConnections | null>>): void => {
  new Gauge({
    name: 'database_pool_connections',
    help: 'Connections to PostgreSQL by pool (tables, or the embedded log): used, idle, and callers waiting for one.',
    labelNames: ['pool', 'state'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const [pool, read] of Object.entries(pools)) {
        const connections = read();
        if (connections === null) continue;
        for (const state of ['used', 'idle', 'waiting'] as const) this.set({ pool, state }, connections[state]);
      }
    },
  });
};

/** Gauges of prom-client that are named like counters, which Prometheus' own check objects to; the same is told by type without the ending. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** A registry of its own, never the global one: two processes in one test do not mix. Every series carries `service`. */
export const createRegistry = (service: string, { processMetrics = true }: RegistrySettings = {}): Registry => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (processMetrics) {
    collectDefaultMetrics({ register: registry });
    for (const name of misnamed) registry.removeSingleMetric(name);
    new Gauge({
      name: 'broadsheet_build_info',
      help: '1, with the version of Node that runs the service.',
      labelNames: ['node'] as const,
      registers: [registry],
    }).set({ node: process.version }, 1);
  }
  return registry;
};
