import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { devSecrets, type DevSecrets } from './dev-secrets.js';
import { adminUrl, everyService, gatewayEnvironment, ingestEnvironment, rankerEnvironment, type ProcessPorts } from './environment.js';
import { demandPort, PortBook } from './ports.js';
import { ProcessRecord } from './process-record.js';
import { builtProgram, repositoryRoot } from './repository.js';
import { ServiceDied, ServiceProcess, type Death, type ServiceSpec } from './service-process.js';
import { startStores, type Stores } from './stores.js';

const READY_LIMIT_MS = 120_000;

export interface SystemOptions {
  readonly broker: 'auto' | 'kafka' | 'embedded';
  readonly port: number;
  readonly rankers: number;
  /** Gateways; the first has `port`, further ones free ports. Default 1. */
  readonly gateways?: number;
  readonly dataDir: string;
  readonly say: (line: string) => void;
  /** Further settings of the services, for measurements. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A named process and where its admin server is. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  readonly admin: string;
}

/**
 * A whole Broadsheet on this machine: two stores and our services as child processes. `npm start` and the benchmarks use it.
 * Stops in the order gateway, rankers, ingest, broker, PostgreSQL: each may still need those after it.
 */
export class System {
  private readonly processes: ServiceProcess[] = [];
  private stopping: Promise<void> | undefined;
  private failed: (death: Death) => void = () => undefined;
  /** Resolves when a service ends that nobody stopped. */
  readonly died = new Promise<Death>((resolve) => {
    this.failed = resolve;
  });

  private constructor(
    private readonly options: SystemOptions,
    private readonly record: ProcessRecord,
    readonly stores: Stores,
    readonly secrets: DevSecrets,
  ) {}

  /** @throws {PortInUse, AlreadyRunning, ServiceDied} after stopping whatever had started */
  static async start(options: SystemOptions): Promise<System> {
    const dataDir = resolve(options.dataDir);
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    const record = await ProcessRecord.claim(join(dataDir, 'processes.json'), options.dataDir, options.say);
    try {
      await demandPort(options.port);
      const secrets = devSecrets(join(dataDir, 'dev-secrets.json'));
      const stores = await startStores({ broker: options.broker, dataDir, env: process.env, log: options.say });
      const system = new System({ ...options, dataDir }, record, stores, secrets);
      try {
        await system.startServices();
      } catch (error) {
        await system.stop();
        throw error;
      }
      return system;
    } catch (error) {
      record.clear();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Addresses of further gateways, in order. */
  readonly furtherUrls: string[] = [];

  /** Services in the order they were started, for `/metrics` and CPU figures. */
  readonly running: Running[] = [];

  pidOf(name: string): number {
    const found = this.running.find((process) => process.name === name);
    if (found === undefined) throw new Error(`no process is called ${name}`);
    return found.pid;
  }

  /** Starts one more process that belongs to this system: it is watched, and stopped first. */
  launch(spec: ServiceSpec): ServiceProcess {
    const service = new ServiceProcess(spec, { cwd: repositoryRoot, logs: join(this.options.dataDir, 'logs'), say: this.options.say });
    this.processes.push(service);
    this.record.add({ name: spec.name, pid: service.pid, marker: spec.program });
    return service;
  }

  /** Reports the end of a process that should go on for ever. */
  watch(service: ServiceProcess): void {
    void service.exited.then((death) => {
      if (this.stopping === undefined) this.failed(death);
    });
  }

  /** Runs a program of ours to its end. @throws {ServiceDied} it did not end with 0 */
  async runToEnd(spec: Omit<ServiceSpec, 'env'>): Promise<void> {
    const env = { ...everyService(this.stores), ...this.options.settings };
    const death = await this.launch({ ...spec, env }).exited;
    if (death.code !== 0) throw new ServiceDied(death);
  }

  async stop(): Promise<void> {
    this.stopping ??= this.stopInOrder();
    await this.stopping;
  }

  /** For a second Ctrl-C: services at once; the stores are left to the next start, which takes them over. */
  abandon(): void {
    for (const service of this.processes) if (service.ended === undefined) service.kill();
  }

  private async stopInOrder(): Promise<void> {
    // Last started, first stopped; replicas that stand beside each other go together.
    const groups = new Map<string, ServiceProcess[]>();
    for (const service of [...this.processes].reverse()) {
      const kind = service.spec.name.replace(/-\d+$/, '');
      groups.set(kind, [...(groups.get(kind) ?? []), service]);
    }
    for (const group of groups.values()) await Promise.all(group.map((service) => service.stop()));
    await this.stores.stop();
    this.record.clear();
  }

  private async startServices(): Promise<void> {
    const { say } = this.options;
    await this.runToEnd({ name: 'migrate', program: builtProgram('apps/ingest/src/main'), args: ['migrate'] });
    const book = new PortBook();
    const portsOf = async (main: number, admin: number): Promise<ProcessPorts> => ({
      main: await book.take(main),
      admin: await book.take(admin),
    });
    const ingest = await portsOf(7010, 9010);
    const rankers: ProcessPorts[] = [];
    for (let replica = 0; replica < this.options.rankers; replica += 1) rankers.push(await portsOf(7020 + replica, 9020 + replica));
    const gateways: ProcessPorts[] = [{ main: this.options.port, admin: await book.take(9080) }];
    for (let further = 1; further < (this.options.gateways ?? 1); further += 1) {
      const ports = await portsOf(this.options.port + further, 9080 + further);
      gateways.push(ports);
      this.furtherUrls.push(`http://127.0.0.1:${ports.main}`);
    }

    // All at once: each waits for what it needs by itself, and its /readyz says what that is.
    const starts = [
      this.service('ingest', 'ingest', ingest, ingestEnvironment(this.stores, ingest)),
      ...rankers.map((ports, replica) =>
        this.service(`ranker-${replica}`, 'ranker', ports, rankerEnvironment(this.stores, ports, replica)),
      ),
      ...gateways.map((ports, further) =>
        this.service(
          further === 0 ? 'gateway' : `gateway-${further}`,
          'gateway',
          ports,
          gatewayEnvironment(this.stores, ports, { ingest, rankers }, this.secrets),
        ),
      ),
    ];
    await Promise.all(
      starts.map(({ service, admin }) =>
        service.ready(admin, READY_LIMIT_MS, (what) => {
          if (this.stopping === undefined) say(`waiting for ${service.spec.name}: ${what}`);
        }),
      ),
    );
  }

  private service(
    name: string,
    app: string,
    ports: ProcessPorts,
    env: Readonly<Record<string, string>>,
  ): { service: ServiceProcess; admin: string } {
    const service = this.launch({ name, program: builtProgram(`apps/${app}/src/main`), env: { ...env, ...this.options.settings } });
    this.watch(service);
    const admin = adminUrl(ports);
    this.running.push({ name, pid: service.pid, admin });
    return { service, admin };
  }
}
