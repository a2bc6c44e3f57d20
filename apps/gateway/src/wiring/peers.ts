import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { noTracing, type Tracing } from '#telemetry';
import type { Ranker } from '../feeds/ranker.js';
import type { GatewayConfig } from '../gateway.config.js';
import { GatewayMetrics } from '../gateway.metrics.js';
import type { Intake } from '../interactions/intake.js';
import { IntakeClient, probeIntake } from '../rpc/intake-client.js';
import { probeRanker, RankerClient } from '../rpc/ranker-client.js';
import { ReplicaPool } from '../rpc/replica-pool.js';

export interface Peers {
  readonly ranker: Ranker;
  readonly intake: Intake;
  readonly pools: readonly ReplicaPool[];
  /** Lets the pools count into the metrics of an application that was made after them. */
  observe(app: NestFastifyApplication): void;
}

/** The processes that the gateway talks to, each behind a pool of its replicas. Call `start` on the pools. */
export const peersOf = (
  config: Pick<GatewayConfig, 'RANKER_ADDRESSES' | 'INGEST_ADDRESSES' | 'RPC_PROBE_INTERVAL_MS' | 'INTAKE_DEADLINE_MS'>,
  tracing: Tracing = noTracing,
): Peers => {
  let metrics: GatewayMetrics | undefined;
  const counting = (peer: string) => (outcome: string) => metrics?.tries.inc({ peer, outcome });
  const common = { probeIntervalMs: config.RPC_PROBE_INTERVAL_MS, tracing };
  const rankers = new ReplicaPool({ ...common, addresses: config.RANKER_ADDRESSES, probe: probeRanker, onTry: counting('ranker') });
  const ingests = new ReplicaPool({ ...common, addresses: config.INGEST_ADDRESSES, probe: probeIntake, onTry: counting('ingest') });
  return {
    ranker: new RankerClient(rankers),
    intake: new IntakeClient(ingests, config.INTAKE_DEADLINE_MS),
    pools: [rankers, ingests],
    observe: (app) => {
      metrics = app.get(GatewayMetrics);
    },
  };
};
