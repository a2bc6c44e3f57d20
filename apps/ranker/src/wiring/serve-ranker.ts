import type { AddressInfo, Server } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { Transport, type MicroserviceOptions } from '@nestjs/microservices';
import type { Failure } from '#contracts';
import { RankingState } from '#ranking';
import {
  createRegistry,
  noTracing,
  Readiness,
  startAdminServer,
  type AdminApi,
  type Logger,
  type ShutdownStep,
  type Tracing,
  watchPools,
  watchTracing,
} from '#telemetry';
import { FoldBarrier } from '../agreement/fold-barrier.js';
import { StatePages } from '../agreement/state-pages.js';
import { LagMeter } from '../consume/lag.js';
import { RankerPhase } from '../lifecycle/phase.js';
import { Ranker } from '../lifecycle/ranker.js';
import { Admission } from '../rank/admission.js';
import type { RankerConfig } from '../ranker.config.js';
import { RankerMetrics } from '../ranker.metrics.js';
import { ServedLog } from '../served/served-log.js';
import { ModelWatch } from '../watching/model-watch.js';
import { SparseLog } from '../watching/sparse-log.js';
import { AdaptersModule, openConnections } from './adapters.module.js';
import { registerLiveGauges } from './live-gauges.js';
import { modelsApi } from './models-api.js';
import { nestLogger } from './nest-logger.js';
import { RankerModule } from './ranker.module.js';
import { monotonicClock } from './tools.js';

export interface RankerProcess {
  /** Port of the Rank calls; resolves when they are taken. */
  readonly serving: Promise<number>;
  readonly adminUrl: string;
  /** In order, and good at any moment, also before `serving`. */
  readonly stop: readonly ShutdownStep[];
}

/** Sparse log lines of one kind come at most this often. */
const LINE_EVERY_MS = 10_000;

/**
 * Starts a replica: the admin port first, so that liveness and "starting" can be seen while the state is restored; then models, state and
 * the log; then the Rank port.
 */
export const serveRanker = async (
  config: RankerConfig,
  logger: Logger,
  fatal: (failure: Failure) => void,
  tracing: Tracing = noTracing,
): Promise<RankerProcess> => {
  const registry = createRegistry('ranker');
  watchTracing(tracing, registry, logger);
  const metrics = new RankerMetrics(registry);
  const readiness = new Readiness().add('ranker', () => 'starting');
  const pages: Record<`/${string}`, (query: URLSearchParams) => unknown> = {};
  const apis: Record<`/${string}`, AdminApi> = {};
  let settled: () => Promise<void> = () => Promise.resolve();
  const admin = await startAdminServer({
    host: config.HOST,
    port: config.ADMIN_PORT,
    registry,
    settled: () => settled(),
    readiness: readiness.check,
    pages,
    apis,
  });
  const tools = { config, logger, metrics, sparse: new SparseLog(LINE_EVERY_MS, monotonicClock), tracing, fatal };

  const connections = openConnections(config, logger, metrics);
  watchPools(registry, { tables: () => connections.database.connections(), log: () => connections.log.connections() });
  apis['/v1/models'] = modelsApi(config, connections.database, logger).answer;
  const app = NestFactory.createMicroservice<MicroserviceOptions>(RankerModule.with(tools, [AdaptersModule.with(config, connections)]), {
    transport: Transport.TCP,
    options: { host: config.HOST, port: config.RPC_PORT },
    logger: nestLogger(logger),
    abortOnError: false, // an error of the start is ours to report; Nest would end the process
  });
  const started = app.then(async (service) => {
    const [state, lag, phase, admission, served] = [
      service.get(RankingState),
      service.get(LagMeter),
      service.get(RankerPhase),
      service.get(Admission),
      service.get(ServedLog),
    ];
    settled = () => lag.settled();
    registerLiveGauges(metrics, { state, lag, phase, admission, served });
    readiness.add('ranker', phase.problem);
    const told = service.get(StatePages);
    pages['/state'] = told.now;
    pages['/state/hold'] = told.hold;
    pages['/state/at'] = told.at;
    pages['/models'] = service.get(ModelWatch).page;
    const ranker = service.get(Ranker);
    ranker.start();
    await service.listen();
    const { port } = service.unwrap<Server>().address() as AddressInfo;
    logger.info({ host: config.HOST, port, admin: admin.url }, 'ranker listens');
    return { service, ranker, port };
  });

  const whenStarted =
    (run: (parts: Awaited<typeof started>) => Promise<void> | void): (() => Promise<void>) =>
    async () => {
      const parts = await started.catch(() => null);
      if (parts !== null) await run(parts);
    };
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  const stop: readonly ShutdownStep[] = [
    {
      name: 'drain',
      run: whenStarted(async ({ ranker }) => {
        readiness.drain();
        ranker.drain();
        await pause(config.DRAIN_MS);
      }),
    },
    { name: 'requests', run: whenStarted(({ ranker }) => ranker.finishRequests()), limitMs: 2000 },
    { name: 'rpc', run: whenStarted(({ service }) => service.close()), limitMs: 1000 },
    {
      name: 'log',
      run: whenStarted(({ service, ranker }) => {
        service.get(FoldBarrier).open();
        return ranker.leaveLog();
      }),
      limitMs: 3000,
    },
    { name: 'served', run: whenStarted(({ ranker }) => ranker.flushServed()), limitMs: 4000 },
    { name: 'snapshot', run: whenStarted(({ ranker }) => ranker.keepState()) },
    { name: 'models', run: whenStarted(({ ranker }) => ranker.closeModels()), limitMs: 1000 },
    {
      name: 'connections',
      run: async () => {
        await started.catch(() => null); // what is still coming up may be using them
        await Promise.all([connections.log.close(), connections.database.close()]);
      },
      limitMs: 3000,
    },
    { name: 'traces', run: () => tracing.close(), limitMs: 3000 },
    { name: 'admin', run: () => admin.close(), limitMs: 1000 },
  ];
  return { serving: started.then(({ port }) => port), adminUrl: admin.url, stop };
};
