import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceLog, type Echo } from './service-log.js';

export interface ServiceSpec {
  /** As it appears before its lines: `ranker-0`. */
  readonly name: string;
  /** JavaScript file that Node runs. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What of its output a person sees; warnings unless said otherwise. */
  readonly echo?: Echo;
}

export interface ServiceSurroundings {
  readonly cwd: string;
  readonly logs: string;
  readonly say: (line: string) => void;
}

/** How a process ended. */
export interface Death {
  readonly name: string;
  /** `exit code 1`, `signal SIGKILL`. */
  readonly why: string;
  readonly code: number | null;
  readonly logFile: string;
  readonly tail: readonly string[];
}

/** One of our services as a child. It is in a session of its own: Ctrl-C reaches the supervisor alone, which stops all in order. */
export class ServiceProcess {
  readonly exited: Promise<Death>;
  private death: Death | undefined;
  private readonly child: ChildProcess;

  constructor(
    readonly spec: ServiceSpec,
    { cwd, logs, say }: ServiceSurroundings,
  ) {
    const { name, program, args = [], env, echo = 'warnings' } = spec;
    const logFile = join(logs, `${name}.log`);
    const log = new ServiceLog(logFile, echo, (line) => {
      say(`[${name}] ${line}`);
    });
    this.child = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
      cwd,
      env: { ...inherited(), ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.child.stdout !== null) log.take(this.child.stdout);
    if (this.child.stderr !== null) log.take(this.child.stderr);
    this.exited = new Promise((resolve) => {
      const end = (why: string, code: number | null): void => {
        this.death ??= { name, why, code, logFile, tail: [...log.tail()] };
        void log.close();
        resolve(this.death);
      };
      this.child.once('error', (error) => {
        end(error.message, null);
      });
      this.child.once('close', (code, signal) => {
        end(signal === null ? `exit code ${code}` : `signal ${signal}`, code);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get ended(): Death | undefined {
    return this.death;
  }

  /** Waits until `/readyz` at `adminUrl` says 200. `waiting` is told what is not ready, now and then. */
  async ready(adminUrl: string, limitMs: number, waiting: (what: string) => void): Promise<void> {
    const began = performance.now();
    let told = began;
    for (;;) {
      if (this.death !== undefined) throw new ServiceDied(this.death);
      const missing = await notReady(adminUrl);
      if (missing === null) return;
      const now = performance.now();
      if (now - began > limitMs) throw new Error(`${this.spec.name} is not ready after ${Math.round(limitMs / 1000)} s: ${missing}`);
      if (now - told > 5_000) {
        waiting(missing);
        told = now;
      }
      await sleep(50);
    }
  }

  /** SIGTERM, and SIGKILL when it has not ended in time. */
  async stop(graceMs = 15_000): Promise<Death> {
    if (this.death === undefined) this.child.kill('SIGTERM');
    const hard = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(hard);
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** A process that should be running is not. */
export class ServiceDied extends Error {
  constructor(readonly death: Death) {
    super(`${death.name} ended (${death.why}). The last lines of ${death.logFile}:\n${death.tail.map((line) => `    ${line}`).join('\n')}`);
  }
}

/** Our own settings are given one by one; a stray BROADSHEET_ name of the shell must not reach a service. */
const inherited = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BROADSHEET_') && name !== 'NODE_OPTIONS'));

/** null when `/readyz` says yes, else what it says is missing. */
const notReady = async (adminUrl: string): Promise<string | null> => {
  try {
    const answer = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(3_000) });
    if (answer.ok) {
      await answer.arrayBuffer();
      return null;
    }
    const { checks = [] } = (await answer.json()) as { checks?: { name: string; ok: boolean; detail?: string }[] };
    return checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => (detail === undefined ? name : `${name} (${detail})`))
      .join(', ');
  } catch {
    return 'it does not answer yet';
  }
};
