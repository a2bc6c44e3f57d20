import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy } from '../proxy/fault-proxy.js';

/** A server as `scripts/servers` starts it. */
export interface RunningServer {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface FaultyServerOptions {
  readonly name: string;
  /** Starts it on the same data and the same port every time. */
  readonly launch: () => Promise<RunningServer>;
  /** What ends it without a clean shutdown. PostgreSQL takes SIGQUIT: SIGKILL would leave its children to hold the cluster. */
  readonly hardSignal: 'SIGKILL' | 'SIGQUIT';
  /** In front of it, when the scenario harms the way to it. */
  readonly proxy?: FaultProxy | undefined;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** PostgreSQL or the broker of a fleet: it can be killed, stopped, and started again on its data. */
export class FaultyServer {
  private running: RunningServer | undefined;

  private constructor(private readonly options: FaultyServerOptions) {}

  static async start(options: FaultyServerOptions): Promise<FaultyServer> {
    const server = new FaultyServer(options);
    await server.start();
    return server;
  }

  /** @throws when the scenario did not ask for one */
  get proxy(): FaultProxy {
    const { proxy, name } = this.options;
    if (proxy === undefined) throw new Error(`${name} has no proxy: name it in the shape of the fleet`);
    return proxy;
  }

  async start(): Promise<void> {
    this.running ??= await this.options.launch();
  }

  /** Ends it as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    const { running } = this;
    if (running === undefined) return;
    this.running = undefined;
    process.kill(running.pid, this.options.hardSignal);
    while (isAlive(running.pid)) await sleep(20);
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.stop();
  }

  /** The end of the fleet. */
  async close(): Promise<void> {
    await this.stop();
    await this.options.proxy?.close();
  }
}
