import { type DynamicModule, Module } from '@nestjs/common';
import { EventLog } from '#event-log';
import { type Logger, type Registry, type Tracing } from '#telemetry';
import { Catalogue } from '../catalogue/catalogue.js';
import { CatalogueFollower } from '../catalogue/catalogue-follower.js';
import { Cursors } from '../cursors/cursors.js';
import { PositionHeader } from '../cursors/position-header.js';
import { FallBack } from '../feeds/fall-back.js';
import type { TaggedPage } from '../feeds/feed-page.js';
import { Feeds } from '../feeds/feeds.js';
import { LiveCounts } from '../feeds/live-counts.js';
import { type PartFailure, PartFailures } from '../feeds/part-failures.js';
import { Ranker } from '../feeds/ranker.js';
import { ReadyAnswers } from '../feeds/ready-answers.js';
import type { GatewayConfig } from '../gateway.config.js';
import { GatewayMetrics } from '../gateway.metrics.js';
import { FeedResponder, FeedsController } from '../http/feeds.controller.js';
import { FollowsController } from '../http/follows.controller.js';
import { HUB_ANSWERS, HubController, type ReadyBody } from '../http/hub.controller.js';
import { InteractionsController } from '../http/interactions.controller.js';
import { PageFacts, PagesController } from '../http/pages.controller.js';
import { PapersController } from '../http/papers.controller.js';
import { OwnWrites } from '../http/own-writes.js';
import { StateWriter } from '../http/state-writer.js';
import { HubLists } from '../hub/hub-lists.js';
import { ApiKeyStore } from '../identity/api-keys.js';
import { demoReaders } from '../identity/demo-readers.js';
import { Identification } from '../identity/identify.js';
import { ReaderTokens } from '../identity/reader-tokens.js';
import { Intake } from '../interactions/intake.js';
import { Publisher } from '../interactions/publisher.js';
import { ReadYourWrites } from '../interactions/read-your-writes.js';
import { InteractionRecorder } from '../interactions/recorder.js';
import { Admission } from '../limits/admission.js';
import { openApiDocument } from '../openapi/document.js';
import { docsAssets } from '../page/docs-page.js';

/** What the outside world gives the gateway. A test passes its own. */
export interface GatewayAdapters {
  readonly log: EventLog;
  readonly keys: ApiKeyStore;
  readonly ranker: Ranker;
  readonly intake: Intake;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Off when it is left out. */
  readonly tracing?: Tracing;
}

const API_VERSION = '1.0.0';

/** All that Nest knows of the gateway. */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig, adapters: GatewayAdapters): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [FeedsController, PapersController, InteractionsController, FollowsController, HubController, PagesController],
      providers: [
        { provide: EventLog, useValue: adapters.log },
        { provide: ApiKeyStore, useValue: adapters.keys },
        { provide: Ranker, useValue: adapters.ranker },
        { provide: Intake, useValue: adapters.intake },
        { provide: GatewayMetrics, useFactory: () => new GatewayMetrics(adapters.registry) },
        ...identity(config),
        ...papers(config, adapters),
        ...feeds(config, adapters),
        ...writing(),
        { provide: PageFacts, useFactory: () => pageFacts(config) },
      ],
    };
  }
}

const identity = (config: GatewayConfig) => [
  {
    provide: ReaderTokens,
    useFactory: () =>
      new ReaderTokens({
        sharedSecret: config.JWT_SHARED_SECRET,
        jwksUrl: config.JWT_JWKS_URL,
        issuer: config.JWT_ISSUER,
        audience: config.JWT_AUDIENCE,
        readerRefSecret: config.READER_REF_SECRET,
      }),
  },
  {
    provide: Identification,
    useFactory: (tokens: ReaderTokens, keys: ApiKeyStore) => new Identification(tokens, keys),
    inject: [ReaderTokens, ApiKeyStore],
  },
  {
    provide: Admission,
    useFactory: (metrics: GatewayMetrics) =>
      new Admission(
        {
          readerPerMinute: config.RATE_LIMIT_READER_PER_MINUTE,
          readerEventsPerMinute: config.RATE_LIMIT_READER_EVENTS_PER_MINUTE,
          clientPerMinute: config.RATE_LIMIT_CLIENT_PER_MINUTE,
          anonymousPerMinute: config.RATE_LIMIT_ANONYMOUS_PER_MINUTE,
        },
        (policy) => metrics.limited.inc({ policy }),
      ),
    inject: [GatewayMetrics],
  },
];

const papers = (config: GatewayConfig, { logger }: GatewayAdapters) => [
  { provide: Catalogue, useFactory: () => new Catalogue({ cardCacheBytes: config.CARD_CACHE_BYTES }) },
  {
    provide: CatalogueFollower,
    useFactory: (log: EventLog, catalogue: Catalogue, metrics: GatewayMetrics) =>
      new CatalogueFollower(
        log,
        catalogue,
        {
          folded: (records) => metrics.folded.inc(records),
          unreadable: (position, rule) => {
            metrics.unreadable.inc();
            logger.warn({ position, rule }, 'left out a record of papers.v1 that is no paper');
          },
        },
        config.REPLICA_ID,
      ),
    inject: [EventLog, Catalogue, GatewayMetrics],
  },
];

/** An outage of a peer is a warning; what nobody foresaw is an error, although the reader got an answer. */
const logPartFailure =
  (logger: Logger) =>
  ({ unexpected, ...facts }: PartFailure): void =>
    unexpected ? logger.error(facts, 'a part of an answer failed unexpectedly') : logger.warn(facts, 'a part of an answer failed');

const feeds = (config: GatewayConfig, { logger }: GatewayAdapters) => {
  const ready = { freshMs: config.FEED_FRESH_MS, staleMs: config.FEED_STALE_MS, maxBytes: config.FEED_CACHE_BYTES };
  return [
    { provide: Cursors, useFactory: () => new Cursors(config.CURSOR_SECRET, config.CURSOR_TTL_S * 1000) },
    { provide: PositionHeader, useFactory: () => new PositionHeader(config.CURSOR_SECRET) },
    { provide: ReadYourWrites, useFactory: () => new ReadYourWrites() },
    {
      provide: PartFailures,
      useFactory: (metrics: GatewayMetrics) =>
        new PartFailures({ counted: (part, code) => metrics.partFailures.inc({ part, code }), logged: logPartFailure(logger) }),
      inject: [GatewayMetrics],
    },
    {
      provide: Feeds,
      useFactory: (
        ranker: Ranker,
        catalogue: Catalogue,
        cursors: Cursors,
        writes: ReadYourWrites,
        metrics: GatewayMetrics,
        failures: PartFailures,
      ) =>
        new Feeds(
          ranker,
          catalogue,
          // A kept page holds its items too, which take about as much as its bytes.
          new ReadyAnswers<TaggedPage>(ready, ({ body }) => body.length * 2),
          new FallBack(catalogue),
          cursors,
          writes,
          { deadlineMs: config.RANK_DEADLINE_MS },
          {
            answered: (surface, from, degraded) => {
              metrics.feeds.inc({ surface, from });
              for (const part of degraded) metrics.degraded.inc({ surface, part: part.slice(0, 40) });
            },
          },
          failures,
        ),
      inject: [Ranker, Catalogue, Cursors, ReadYourWrites, GatewayMetrics, PartFailures],
    },
    {
      provide: LiveCounts,
      useFactory: (ranker: Ranker, catalogue: Catalogue, failures: PartFailures) => new LiveCounts(ranker, catalogue, failures),
      inject: [Ranker, Catalogue, PartFailures],
    },
    {
      provide: FeedResponder,
      useFactory: (own: Feeds, positions: PositionHeader) => new FeedResponder(own, positions),
      inject: [Feeds, PositionHeader],
    },
    {
      provide: HubLists,
      useFactory: (catalogue: Catalogue, counts: LiveCounts, ranker: Ranker, failures: PartFailures) =>
        new HubLists(catalogue, counts, ranker, config.RANK_DEADLINE_MS, failures),
      inject: [Catalogue, LiveCounts, Ranker, PartFailures],
    },
    { provide: HUB_ANSWERS, useFactory: () => new ReadyAnswers<ReadyBody>(ready, ({ body }) => body.length) },
  ];
};

const writing = () => [
  {
    provide: InteractionRecorder,
    useFactory: (intake: Intake, catalogue: Catalogue, writes: ReadYourWrites, metrics: GatewayMetrics) =>
      new InteractionRecorder(intake, catalogue, writes, (status, count) => metrics.events.inc({ status }, count)),
    inject: [Intake, Catalogue, ReadYourWrites, GatewayMetrics],
  },
  {
    provide: Publisher,
    useFactory: (intake: Intake, catalogue: Catalogue) => new Publisher(intake, catalogue),
    inject: [Intake, Catalogue],
  },
  {
    provide: OwnWrites,
    useFactory: (writes: ReadYourWrites, positions: PositionHeader) => new OwnWrites(writes, positions),
    inject: [ReadYourWrites, PositionHeader],
  },
  {
    provide: StateWriter,
    useFactory: (recorder: InteractionRecorder, ownWrites: OwnWrites, admission: Admission) =>
      new StateWriter(recorder, ownWrites, admission),
    inject: [InteractionRecorder, OwnWrites, Admission],
  },
];

const pageFacts = (config: GatewayConfig): PageFacts =>
  new PageFacts(docsAssets(), Buffer.from(JSON.stringify(openApiDocument(API_VERSION))), async () => ({
    simulated: config.BROADSHEET_DEV,
    demo:
      config.BROADSHEET_DEV && config.JWT_SHARED_SECRET !== undefined
        ? await demoReaders({ sharedSecret: config.JWT_SHARED_SECRET, issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE })
        : [],
  }));
