import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Pool } from 'pg';
import { createEventLog, type EventLog } from '#event-log';
import { createLogger } from '#telemetry';
import { devSecrets, type DevSecrets } from '../../../scripts/start/dev-secrets.js';
import {
  address,
  everyService,
  gatewayEnvironment,
  ingestEnvironment,
  rankerEnvironment,
  type ProcessPorts,
  withoutLimits,
} from '../../../scripts/start/environment.js';
import { firstFeed } from '../../../scripts/start/first-feed.js';
import { SEED_PAPERS } from '../../../scripts/start/papers.js';
import { PortBook } from '../../../scripts/start/ports.js';
import { ProcessRecord } from '../../../scripts/start/process-record.js';
import { builtProgram, repositoryRoot } from '../../../scripts/start/repository.js';
import { ServiceDied, ServiceProcess, type Death } from '../../../scripts/start/service-process.js';
import { FleetProcess } from './fleet-process.js';
import { startFleetStores, type FleetStores, type StoreName } from './fleet-stores.js';

/** What a scenario needs around it. */
export interface FleetShape {
  readonly ingests: number;
  readonly rankers: number;
  readonly gateways: number;
  /** Stores that are reached through a proxy. */
  readonly proxied?: readonly StoreName[];
  /** Settings of every service. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A copy of the models of its own, to be damaged. */
  readonly ownModels?: boolean;
  /** Programs of `fleet/preload` that every service loads first. */
  readonly preload?: readonly ('failing-fold' | 'shifted-clock' | 'slow-fold')[];
}

export interface FleetOptions {
  readonly shape: FleetShape;
  readonly dataDir: string;
  readonly seed: number;
  readonly say: (line: string) => void;
}

const FIRST_FEED_LIMIT_MS = 60_000;

/** A whole Broadsheet whose every part can be harmed: stores of its own, and services that are killed, paused and started one by one. */
export class Fleet {
  readonly ingests: FleetProcess[] = [];
  readonly rankers: FleetProcess[] = [];
  readonly gateways: FleetProcess[] = [];
  /** Services that ended although nobody told them to. */
  readonly unexpected: Death[] = [];
  readonly log: EventLog;
  /** To the database without proxy, for who checks. */
  readonly database: Pool;

  private constructor(
    private readonly options: FleetOptions,
    private readonly record: ProcessRecord,
    readonly stores: FleetStores,
    readonly secrets: DevSecrets,
  ) {
    this.log = createEventLog(
      { broker: 'kafka', brokers: [stores.brokers], clientId: 'faults' },
      { logger: createLogger('faults', { level: 'silent' }) },
    );
    this.database = new Pool({ connectionString: stores.directUrl, max: 4 });
    // A connection that breaks because a scenario broke it is opened anew by the pool.
    this.database.on('error', () => undefined);
  }

  /** Starts everything, loads the demo papers and waits for the first feed; or stops what had started and throws. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const dataDir = resolve(options.dataDir);
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    const record = await ProcessRecord.claim(join(dataDir, 'processes.json'), dataDir, options.say);
    const { shape, seed } = options;
    const stores = await startFleetStores({ dataDir, seed, proxied: shape.proxied ?? [], log: () => undefined });
    const fleet = new Fleet({ ...options, dataDir }, record, stores, devSecrets(join(dataDir, 'dev-secrets.json')));
    try {
      await fleet.startServices();
    } catch (error) {
      await fleet.stop();
      throw error;
    }
    return fleet;
  }

  get services(): readonly FleetProcess[] {
    return [...this.ingests, ...this.rankers, ...this.gateways];
  }

  /** Address of the first gateway. */
  get url(): string {
    return this.gateways[0]!.url;
  }

  /** Models of this fleet; with `ownModels` in its shape they are its own. */
  get modelsDir(): string {
    return this.options.shape.ownModels === true ? join(this.options.dataDir, 'models') : join(repositoryRoot, 'models');
  }

  /** File whose content, in milliseconds, the clocks of services with the preload `shifted-clock` are off by. */
  clockFile(name: string): string {
    return join(this.options.dataDir, `clock-${name}`);
  }

  /** A command of ingest, as an operator runs it; its output is in the tail of its death. */
  command(name: string, args: readonly string[]): ServiceProcess {
    const spec = { name, program: builtProgram('apps/ingest/src/main'), args, env: everyService(this.forServices()) };
    return new ServiceProcess(spec, { cwd: repositoryRoot, logs: join(this.options.dataDir, 'logs'), say: () => undefined });
  }

  /** Waits until all services that run are ready. */
  async ready(): Promise<void> {
    await Promise.all(this.services.filter(({ isRunning }) => isRunning).map((service) => service.ready()));
  }

  async stop(): Promise<void> {
    for (const group of [this.gateways, this.rankers, this.ingests])
      await Promise.all(group.filter(({ isRunning }) => isRunning).map((service) => service.stop()));
    await this.log.close().catch(() => undefined);
    await this.database.end();
    await this.stores.stop();
    this.record.clear();
  }

  private async startServices(): Promise<void> {
    const { shape } = this.options;
    if (shape.ownModels === true) cpSync(join(repositoryRoot, 'models'), this.modelsDir, { recursive: true });
    await this.runToEnd('migrate', ['migrate']);
    const book = new PortBook();
    const ports = async (count: number): Promise<ProcessPorts[]> => {
      const taken: ProcessPorts[] = [];
      for (let i = 0; i < count; i += 1) taken.push({ main: await book.take(0), admin: await book.take(0) });
      return taken;
    };
    const [ingests, rankers, gateways] = [await ports(shape.ingests), await ports(shape.rankers), await ports(shape.gateways)];
    const stores = this.forServices();
    this.ingests.push(
      ...ingests.map((at, i) => this.service('ingest', i, at, { ...ingestEnvironment(stores, at), REPLICA_ID: `ingest-${i}` })),
    );
    this.rankers.push(
      ...rankers.map((at, i) => this.service('ranker', i, at, { ...rankerEnvironment(stores, at, i), MODELS_DIR: this.modelsDir })),
    );
    this.gateways.push(
      ...gateways.map((at, i) =>
        this.service('gateway', i, at, {
          ...gatewayEnvironment(stores, at, { ingest: ingests[0]!, rankers }, this.secrets),
          INGEST_ADDRESSES: ingests.map(address).join(','),
          REPLICA_ID: `gateway-${i}`,
        }),
      ),
    );
    for (const service of this.services) service.start();
    await this.ready();
    await this.runToEnd('papers', ['load', 'jsonl', join(repositoryRoot, SEED_PAPERS)]);
    for (const gateway of this.gateways) await firstFeed(gateway.url, FIRST_FEED_LIMIT_MS);
  }

  private service(app: string, index: number, ports: ProcessPorts, env: Readonly<Record<string, string>>): FleetProcess {
    const { shape, say, dataDir } = this.options;
    const name = `${app}-${index}`;
    const preloads = (shape.preload ?? []).map(
      (file) => `--import=${pathToFileURL(builtProgram(`test/faults/fleet/preload/${file}`)).href}`,
    );
    return new FleetProcess({
      spec: {
        name,
        program: builtProgram(`apps/${app}/src/main`),
        env: {
          ...env,
          ...withoutLimits,
          ...shape.settings,
          ...(preloads.length > 0 ? { NODE_OPTIONS: preloads.join(' '), FAULTS_CLOCK_FILE: this.clockFile(name) } : {}),
        },
      },
      ports,
      // Warnings are what a fault makes; they are in the log files, and not what a person wants to read beside the figures.
      surroundings: { cwd: repositoryRoot, logs: join(dataDir, 'logs'), say: () => undefined },
      onUnexpected: (death) => {
        this.unexpected.push(death);
        say(`${name} ended by itself: ${death.why}`);
      },
      onStart: (pid, marker) => this.record.add({ name, pid, marker }),
    });
  }

  private forServices(): Parameters<typeof everyService>[0] {
    const { brokers, databaseUrl, stop } = this.stores;
    return { broker: 'kafka', brokers, databaseUrl, about: '', stop };
  }

  private async runToEnd(name: string, args: readonly string[]): Promise<void> {
    const death = await this.command(name, args).exited;
    if (death.code !== 0) throw new ServiceDied(death);
  }
}
