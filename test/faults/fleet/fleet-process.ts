import { adminUrl, type ProcessPorts } from '../../../scripts/start/environment.js';
import { ServiceProcess, type Death, type ServiceSpec, type ServiceSurroundings } from '../../../scripts/start/service-process.js';

/** What a ranker's `/state` says: a fingerprint of all that it folded, and up to where. */
export interface StateReport {
  readonly replica: string;
  readonly phase: string;
  readonly hash: string;
  readonly positions: Readonly<Record<string, string>>;
  readonly stats: { readonly papers: number; readonly readers: number; readonly interactions: number };
}

export interface FleetProcessOptions {
  readonly spec: ServiceSpec;
  readonly ports: ProcessPorts;
  readonly surroundings: ServiceSurroundings;
  /** A process that ends although nobody told it to is a finding of its own. */
  readonly onUnexpected: (death: Death) => void;
  readonly onStart: (pid: number, program: string) => void;
}

const READY_LIMIT_MS = 120_000;
/** Longer than any promise, so that a stop that takes too long is measured, not cut. */
const STOP_LIMIT_MS = 30_000;

/** One service of a fleet over all its lives: the same ports and the same REPLICA_ID after every restart, a log file for each life. */
export class FleetProcess {
  private process: ServiceProcess | undefined;
  private ending = false;
  private count = 0;

  constructor(private readonly options: FleetProcessOptions) {}

  get name(): string {
    return this.options.spec.name;
  }

  get admin(): string {
    return adminUrl(this.options.ports);
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.ports.main}`;
  }

  get pid(): number {
    return this.alive().pid;
  }

  get isRunning(): boolean {
    return this.process !== undefined && this.process.ended === undefined;
  }

  /** How often it was started. */
  get lives(): number {
    return this.count;
  }

  /** @param env what this life is told beside the rest */
  start(env: Readonly<Record<string, string>> = {}): void {
    const { spec, surroundings, onUnexpected, onStart } = this.options;
    if (this.isRunning) throw new Error(`${this.name} is running`);
    this.count += 1;
    this.ending = false;
    const life = { ...spec, name: `${spec.name}.${this.count}`, env: { ...spec.env, ...env } };
    const started = new ServiceProcess(life, surroundings);
    this.process = started;
    onStart(started.pid, spec.program);
    void started.exited.then((death) => {
      if (this.process === started && !this.ending) onUnexpected(death);
    });
  }

  async ready(limitMs = READY_LIMIT_MS): Promise<void> {
    await this.alive().ready(this.admin, limitMs, () => undefined);
  }

  /** Whether `/readyz` says so now. */
  async isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.admin}/readyz`, { signal: AbortSignal.timeout(1_000) });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }

  /** SIGKILL: nothing is flushed, no group is left, no answer is sent. */
  async kill(): Promise<void> {
    const process = this.alive();
    this.ending = true;
    process.kill();
    await process.exited;
  }

  /** SIGTERM. Answers how it ended and after how many milliseconds. */
  async stop(): Promise<{ readonly ms: number; readonly death: Death }> {
    const process = this.alive();
    this.ending = true;
    this.resume();
    const began = performance.now();
    const death = await process.stop(STOP_LIMIT_MS);
    return { ms: performance.now() - began, death };
  }

  /** SIGSTOP: it is there, its sockets are open, and it does nothing. */
  pause(): void {
    process.kill(this.alive().pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.alive().pid, 'SIGCONT');
  }

  /** Of a ranker. null when it does not answer. */
  async state(): Promise<StateReport | null> {
    try {
      const answer = await fetch(`${this.admin}/state`, { signal: AbortSignal.timeout(5_000) });
      return answer.ok ? ((await answer.json()) as StateReport) : null;
    } catch {
      return null;
    }
  }

  /** Sum of all series of `/metrics` whose text begins so: `ingest_dead_letters_total{`. 0 when there is none or no answer. */
  async metric(series: string): Promise<number> {
    try {
      const text = await (await fetch(`${this.admin}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
      const values = text.split('\n').filter((line) => line.startsWith(series));
      return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    } catch {
      return 0;
    }
  }

  private alive(): ServiceProcess {
    if (this.process === undefined || this.process.ended !== undefined) throw new Error(`${this.name} is not running`);
    return this.process;
  }
}
