import { setTimeout as sleep } from 'node:timers/promises';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { MAX_BATCH, MAX_RECORD_BYTES, positionKey } from '#contracts';
import { type EventLog, untilHeard } from '#event-log';
import {
  ArchivePositions,
  Checkpoints,
  type DataSource,
  InteractionArchive,
  InteractionIds,
  Locks,
  PaperArchive,
  poolConnections,
  Redrives,
  type TopicPartition,
} from '#persistence';
import {
  createRegistry,
  type Logger,
  noTracing,
  Readiness,
  type Registry,
  type ShutdownStep,
  type Tracing,
  watchPools,
  watchTracing,
} from '#telemetry';
import { PostgresCheckpointStore } from '../adapters/checkpoint-stores.js';
import { LogPaperSink } from '../adapters/log-paper-sink.js';
import { PostgresArchive } from '../adapters/postgres-archive.js';
import { type Clock, SystemClock } from '../clock.js';
import type { Connector } from '../connectors/connector.js';
import { makeConnector } from '../connectors/make-connector.js';
import { ScheduledConnectors } from '../connectors/scheduled-connectors.js';
import { ArchiveBatch } from '../consume/archive-batch.js';
import { ArchiveConsumer } from '../consume/archive.consumer.js';
import { LogDeadLetters } from '../consume/dead-letters.js';
import { LetterBox } from '../dead-letters/letter-box.js';
import { LetterWatch } from '../dead-letters/letter-watch.js';
import { LetterSurvey } from '../dead-letters/survey.js';
import { IdHousekeeping } from '../consume/id-housekeeping.js';
import { archiveLag, qualityLag, watchLag } from '../consume/lag-gauges.js';
import { PartitionClaims } from '../consume/partition-claims.js';
import type { IngestConfig } from '../ingest.config.js';
import { IngestMetrics } from '../ingest.metrics.js';
import { InFlight } from '../intake/in-flight.js';
import { LogWriter } from '../intake/log-writer.js';
import { QualityConsumer } from '../quality/quality.consumer.js';
import { QualityMetrics } from '../quality/quality.metrics.js';
import { IntakeHealth } from '../rpc/intake-health.js';
import { version } from '../version.js';
import { IntakeModule } from './intake.module.js';
import { dataSourceOf, eventLogOf, prepareDatabase, prepareTopics } from './stores.js';
import { untilDone } from './until-done.js';

const DAY_MS = 86_400_000;
/** Partitions of the next days are looked after this often. */
const PREPARE_DAYS_EVERY_MS = 3_600_000;
/** Callers ask for our health twice a second or so: after this they have heard that we stop taking records. */
const DRAIN_NOTICE_MS = 1_000;
/** A message holds at most a full batch of the largest records. */
const MAX_MESSAGE_CHARS = MAX_BATCH * MAX_RECORD_BYTES;

/**
 * The ingest process: intake for the gateway, the archive consumer, scheduled sources. Intake opens as soon as the log can be written; the
 * archive joins when the database is there as well. Neither waits for the other, and neither ends the process.
 */
export class IngestService {
  readonly registry: Registry;
  readonly readiness = new Readiness();
  private readonly metrics: IngestMetrics;
  private readonly clock: Clock = new SystemClock();
  private readonly log: EventLog;
  private readonly dataSource: DataSource;
  private readonly writer: LogWriter;
  private readonly health: IntakeHealth;
  private readonly archive: ArchiveConsumer;
  private readonly interactions: InteractionArchive;
  private readonly scheduled: ScheduledConnectors;
  private readonly housekeeping: IdHousekeeping;
  private readonly letters: LetterWatch;
  private readonly quality: QualityConsumer;
  private readonly stopping = new AbortController();
  private rpc: INestMicroservice | null = null;
  private background: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: IngestConfig,
    private readonly logger: Logger,
    /** A log to use instead of the one that the configuration names. The service closes it. */
    log?: EventLog,
    /** The service closes it. */
    private readonly tracing: Tracing = noTracing,
  ) {
    this.registry = createRegistry('ingest');
    watchTracing(tracing, this.registry, logger);
    this.metrics = new IngestMetrics(this.registry);
    this.log = log ?? eventLogOf(config, logger, this.metrics);
    this.dataSource = dataSourceOf(config);
    watchPools(this.registry, { tables: () => poolConnections(this.dataSource), log: () => this.log.connections() });
    const inFlight = new InFlight(config.INTAKE_IN_FLIGHT_RECORDS);
    this.metrics.watchInFlight(this.registry, () => inFlight.records);
    this.writer = new LogWriter(this.log, inFlight, tracing);
    this.health = new IntakeHealth(config.REPLICA_ID, inFlight);
    this.interactions = new InteractionArchive(this.dataSource);
    this.archive = this.archiveConsumer();
    watchLag(this.registry, archiveLag, this.archive.followed, () => this.clock.now());
    this.scheduled = this.scheduledConnectors();
    this.housekeeping = this.idHousekeeping();
    this.letters = this.letterWatch();
    this.quality = new QualityConsumer(this.log, new QualityMetrics(this.registry), this.clock);
    watchLag(this.registry, qualityLag, this.quality.followed, () => this.clock.now());
    this.readiness
      .add('log', () => this.log.ping().then(() => true))
      .add('intake', () => this.health.now().ready || 'not open yet')
      // Once the archive runs, a database that goes away shows as lag: intake goes on, so the process stays ready.
      .add('archive', () => this.archive.ready || 'waiting for the database or for partitions');
  }

  /** Resolves when intake takes records. The archive starts in the background. */
  async start(): Promise<void> {
    const { signal } = this.stopping;
    await untilDone('preparing the topics', () => prepareTopics(this.log), this.logger, signal);
    this.rpc = await this.listen();
    this.health.open();
    this.logger.info({ host: this.config.HOST, port: this.config.RPC_PORT }, 'intake is open');
    this.background = this.runArchive(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  /** Waits for what has to be heard before the lag of the consumers is true. */
  settled(): Promise<void> {
    return untilHeard([this.archive.followed, this.quality.followed], () => this.clock.now());
  }

  /** Shutdown has begun: what fails from now on is no news. */
  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** What to do at shutdown, in order: tell callers, finish what is under way, leave the group, close connections. */
  shutdownSteps(): readonly ShutdownStep[] {
    return [
      { name: 'stop taking records', run: () => this.drain(), limitMs: 5_000 },
      { name: 'close intake', run: () => this.rpc?.close() },
      { name: 'stop sources', run: () => this.scheduled.stop() },
      { name: 'stop housekeeping', run: () => this.housekeeping.stop() },
      { name: 'stop counting dead letters', run: () => this.letters.stop() },
      { name: 'stop watching ranking quality', run: () => this.quality.stop() },
      { name: 'stop the archive', run: () => this.stopArchive() },
      { name: 'close the log', run: () => this.log.close() },
      { name: 'close the database', run: () => (this.dataSource.isInitialized ? this.dataSource.destroy() : undefined) },
      { name: 'send the last spans', run: () => this.tracing.close(), limitMs: 3_000 },
    ];
  }

  private async drain(): Promise<void> {
    this.readiness.drain();
    this.health.drain();
    if (this.rpc === null) {
      this.stopping.abort(); // still waiting for the log: nobody has sent anything
      return;
    }
    await sleep(DRAIN_NOTICE_MS);
    while (this.writer.inFlight.records > 0) await sleep(20);
    await sleep(50); // the answers of the last records are on their way out
  }

  private async stopArchive(): Promise<void> {
    this.stopping.abort();
    await this.background;
    await this.archive.stop();
  }

  private async runArchive(signal: AbortSignal): Promise<void> {
    const prepare = async (): Promise<void> => {
      const migrations = await prepareDatabase(this.dataSource);
      if (migrations.length > 0) this.logger.info({ migrations }, 'database brought up to date');
      await this.interactions.prepareDays(this.clock.now());
    };
    await untilDone('preparing the database', prepare, this.logger, signal);
    await untilDone('starting the archive', () => this.archive.start(), this.logger, signal);
    this.logger.info('archive is running');
    this.scheduled.start();
    this.housekeeping.start();
    this.letters.start();
    await untilDone('watching ranking quality', () => this.quality.start(), this.logger, signal);
    while (!signal.aborted) {
      await sleep(PREPARE_DAYS_EVERY_MS, undefined, { signal, ref: false });
      // A day that is missing all the same is made by the first write that needs it.
      await this.interactions
        .prepareDays(this.clock.now())
        .catch((error: unknown) => this.logger.warn({ err: error }, 'days not prepared'));
    }
  }

  private async listen(): Promise<INestMicroservice> {
    const module = IntakeModule.with({
      writer: this.writer,
      clock: this.clock,
      metrics: this.metrics,
      health: this.health,
      recentIds: this.config.INTAKE_RECENT_IDS,
      recentIdsMs: this.config.INTAKE_RECENT_IDS_S * 1_000,
      tracing: this.tracing,
    });
    const rpc = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
      transport: Transport.TCP,
      options: { host: this.config.HOST, port: this.config.RPC_PORT, maxBufferSize: MAX_MESSAGE_CHARS },
      logger: false,
    });
    await rpc.listen();
    return rpc;
  }

  private archiveConsumer(): ArchiveConsumer {
    // A restart is another owner: what an earlier life of this replica may still be writing must not pass.
    const owner = `${this.config.REPLICA_ID}/${process.pid}/${this.clock.now()}`;
    const positions = new ArchivePositions(this.dataSource);
    const archive = new PostgresArchive(this.dataSource, positions, this.interactions, new PaperArchive(this.dataSource), owner);
    const claims = new PartitionClaims(archive, this.clock);
    const deadLetters = new LogDeadLetters(this.log, 'archive', this.clock);
    const logEnd = async ({ topic, partition }: TopicPartition): Promise<bigint> =>
      BigInt((await this.log.bounds(topic)).end[positionKey(topic, partition)] ?? 0);
    const batches = new ArchiveBatch(archive, claims, deadLetters, this.metrics, logEnd);
    return new ArchiveConsumer(this.log, claims, batches, this.metrics, this.clock, this.tracing);
  }

  private scheduledConnectors(): ScheduledConnectors {
    return new ScheduledConnectors({
      sources: this.config.CONNECTORS,
      intervalMs: this.config.CONNECTOR_INTERVAL_S * 1_000,
      connector: (source, today) => this.connector(source, today),
      sink: new LogPaperSink(this.log, this.clock),
      checkpoints: new PostgresCheckpointStore(new Checkpoints(this.dataSource)),
      locks: new Locks(this.dataSource),
      clock: this.clock,
      metrics: this.metrics,
      logger: this.logger,
    });
  }

  private letterWatch(): LetterWatch {
    return new LetterWatch({
      survey: new LetterSurvey(new LetterBox(this.log), new Redrives(this.dataSource)),
      log: this.log,
      clock: this.clock,
      metrics: this.metrics,
      logger: this.logger,
    });
  }

  private idHousekeeping(): IdHousekeeping {
    return new IdHousekeeping({
      ids: new InteractionIds(this.dataSource),
      redrives: new Redrives(this.dataSource),
      locks: new Locks(this.dataSource),
      clock: this.clock,
      metrics: this.metrics,
      logger: this.logger,
    });
  }

  private connector(source: string, today: Date): Connector {
    const until = today.toISOString().slice(0, 10);
    const since = new Date(today.getTime() - this.config.CONNECTOR_LOOKBACK_DAYS * DAY_MS).toISOString().slice(0, 10);
    const [name, ...set] = source.split(':');
    if (name === 'hub') return makeConnector({ connector: 'hub', since, until }, this.config, version);
    return makeConnector({ connector: 'arxiv', since, ...(set.length > 0 ? { set: set.join(':') } : {}) }, this.config, version);
  }
}
