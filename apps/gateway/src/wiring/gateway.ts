import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { noTracing, Readiness } from '#telemetry';
import { Catalogue } from '../catalogue/catalogue.js';
import { CatalogueFollower } from '../catalogue/catalogue-follower.js';
import { type Ranker } from '../feeds/ranker.js';
import type { GatewayConfig } from '../gateway.config.js';
import { GatewayMetrics } from '../gateway.metrics.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { createServer, type ServerParts } from '../http/server.js';
import { Identification } from '../identity/identify.js';
import { type Intake } from '../interactions/intake.js';
import { Admission } from '../limits/admission.js';
import { methodsOf } from '../openapi/route-methods.js';
import { type GatewayAdapters, GatewayModule } from './gateway.module.js';
import { NestLogger } from './nest-logger.js';

/** A gateway that is put together and not yet listening. */
export interface Gateway {
  readonly app: NestFastifyApplication;
  readonly readiness: Readiness;
  readonly catalogue: Catalogue;
  readonly follower: CatalogueFollower;
  /** `GET /v1/papers/*`, for every route there is. */
  readonly served: readonly string[];
}

/** Puts the gateway together. Nest makes the parts first, because the server's hooks need some of them. */
export const createGateway = async (config: GatewayConfig, adapters: GatewayAdapters): Promise<Gateway> => {
  const { logger, tracing = noTracing } = adapters;
  const late: { parts?: ServerParts } = {};
  const server = createServer(
    {
      trustProxyHops: config.TRUST_PROXY_HOPS,
      maxConcurrent: config.MAX_CONCURRENT_REQUESTS,
      loopbackOnly: config.BROADSHEET_DEV,
      accessLog: config.ACCESS_LOG,
      tracing,
    },
    () => {
      if (late.parts === undefined) throw new Error('a request came before the gateway was put together');
      return late.parts;
    },
  );
  const served: string[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') served.push(`${one} ${url}`);
  });
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(config, adapters), new FastifyAdapter(server as never), {
    bodyParser: false,
    logger: new NestLogger(logger),
    forceCloseConnections: false,
  });
  late.parts = {
    identification: app.get(Identification),
    admission: app.get(Admission),
    metrics: app.get(GatewayMetrics),
    logger,
    methodsOf,
  };
  app.useGlobalFilters(new ProblemFilter(methodsOf, logger, (code) => app.get(GatewayMetrics).problems.inc({ code })));
  if (config.CORS_ORIGINS.length > 0) allowOrigins(app, config.CORS_ORIGINS);
  await app.init();
  const [catalogue, follower] = [app.get(Catalogue), app.get(CatalogueFollower)];
  watch(app.get(GatewayMetrics), catalogue, follower, adapters);
  return { app, readiness: readinessOf(config, catalogue, follower, adapters), catalogue, follower, served };
};

const allowOrigins = (app: NestFastifyApplication, origins: readonly string[]): void =>
  app.enableCors({
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'If-None-Match', 'Idempotency-Key', 'X-Api-Key', 'Broadsheet-Position'],
    exposedHeaders: ['ETag', 'Link', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id', 'Broadsheet-Position'],
    maxAge: 600,
  });

const watch = (
  metrics: GatewayMetrics,
  catalogue: Catalogue,
  follower: CatalogueFollower,
  { ranker, intake }: Pick<GatewayAdapters, 'ranker' | 'intake'>,
): void => {
  metrics.usablePeers.collectWith((set) => {
    set({ peer: 'ranker' }, ranker.usable());
    set({ peer: 'ingest' }, intake.usable());
  });
  metrics.catalogueLag.collectWith((set) => set({}, follower.lagSeconds(Date.now())));
  metrics.catalogue.collectWith((set) => {
    set({ what: 'papers' }, catalogue.size);
    set({ what: 'bytes' }, catalogue.bytes);
    set({ what: 'lag' }, follower.lag());
  });
};

/** Ready: what stood in the log at the start is folded, somebody ranks, somebody stores, and memory is within its bound. */
const readinessOf = (
  config: GatewayConfig,
  catalogue: Catalogue,
  follower: CatalogueFollower,
  { ranker, intake }: { readonly ranker: Ranker; readonly intake: Intake },
): Readiness =>
  new Readiness()
    .add('catalogue', () => (follower.caughtUp() ? true : `${follower.lag()} records of papers.v1 to read`))
    .add('catalogue memory', () =>
      catalogue.bytes <= config.CATALOGUE_MAX_BYTES ? true : `${catalogue.bytes} bytes of text; raise CATALOGUE_MAX_BYTES`,
    )
    .add('ranker', () => (ranker.usable() > 0 ? true : 'no ranker answers'))
    .add('ingest', () => (intake.usable() > 0 ? true : 'no ingest answers'));
