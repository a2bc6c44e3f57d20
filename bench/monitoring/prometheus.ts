import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';

export interface Target {
  readonly job: string;
  /** `http://host:port` of the admin server. */
  readonly url: string;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** Whether Prometheus is on this machine: it comes with Debian and from no registry of npm. */
export const hasPrometheus = (): boolean => spawnSync('prometheus', ['--version']).status === 0;

/** A real Prometheus that reads a running system, with the rules of monitoring/. */
export class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(folder: string, port: number, targets: readonly Target[]): Promise<Prometheus> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, stringify(configOf(targets)));
    const child = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const prometheus = new Prometheus(child, `http://127.0.0.1:${port}`);
    await prometheus.untilReady();
    return prometheus;
  }

  async query(expr: string): Promise<readonly Sample[]> {
    const answer = await fetch(`${this.url}/api/v1/query?${new URLSearchParams({ query: expr }).toString()}`);
    const body = (await answer.json()) as { status: string; error?: string; data?: { result: Sample[] } };
    if (body.status !== 'success' || body.data === undefined) throw new Error(`${expr}: ${body.error ?? 'no data'}`);
    return body.data.result;
  }

  stop(): Promise<void> {
    return new Promise((ended) => {
      this.child.once('exit', () => ended());
      this.child.kill('SIGTERM');
    });
  }

  private async untilReady(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const ready = await fetch(`${this.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      await sleep(100);
    }
    throw new Error('Prometheus did not start within 10 s');
  }
}

const configOf = (targets: readonly Target[]): object => ({
  global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '5s' },
  rule_files: [resolve('monitoring/rules/*.yml')],
  scrape_configs: [...new Set(targets.map(({ job }) => job))].map((job) => ({
    job_name: job,
    static_configs: [{ targets: targets.filter((target) => target.job === job).map(({ url }) => new URL(url).host) }],
  })),
});
