import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';

export interface Target {
  readonly job: string;
  /** `http://host:port` of the admin server. */
  readonly url: string;
}

/** A series of a query over time. */
export interface Line {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: number, value: string])[];
}

/** How a rule of monitoring/rules fares. */
export interface RuleState {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly health: string;
  readonly lastError?: string;
}

export interface PrometheusOptions {
  readonly folder: string;
  readonly port: number;
  readonly targets: readonly Target[];
  /** Instead of the time that each alert waits before it fires: a run of minutes can not wait for ten. */
  readonly alertsFor?: string;
}

/** Whether Prometheus is on this machine: it comes with Debian and from no registry of npm. */
export const hasPrometheus = (): boolean => spawnSync('prometheus', ['--version']).status === 0;

const RULES = 'monitoring/rules';

/** A real Prometheus that reads a running system, with the rules of monitoring/. */
export class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start({ folder, port, targets, alertsFor }: PrometheusOptions): Promise<Prometheus> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'rules'), { recursive: true });
    for (const name of readdirSync(RULES)) writeFileSync(join(folder, 'rules', name), ruleFile(join(RULES, name), alertsFor));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, stringify(configOf(targets, resolve(folder, 'rules/*.yml'))));
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

  /** What a graph of this expression shows between two moments, in seconds of Unix time. @throws when Prometheus does not understand it */
  async range(expr: string, from: number, to: number, step: number): Promise<readonly Line[]> {
    const query = { query: expr, start: String(from), end: String(to), step: String(step) };
    return (await this.ask<{ result: Line[] }>('query_range', query)).result;
  }

  async rules(): Promise<readonly RuleState[]> {
    const { groups } = await this.ask<{ groups: { rules: RuleState[] }[] }>('rules', {});
    return groups.flatMap(({ rules }) => rules);
  }

  stop(): Promise<void> {
    return new Promise((ended) => {
      this.child.once('exit', () => ended());
      this.child.kill('SIGTERM');
    });
  }

  private async ask<T>(path: string, query: Readonly<Record<string, string>>): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
    const body = (await answer.json()) as { status: string; error?: string; data?: T };
    if (body.status !== 'success' || body.data === undefined) throw new Error(`${query['query'] ?? path}: ${body.error ?? 'no data'}`);
    return body.data;
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

interface Rules {
  readonly groups: { rules: { alert?: string; for?: string }[]; interval?: string }[];
}

const ruleFile = (path: string, alertsFor: string | undefined): string => {
  const text = readFileSync(path, 'utf8');
  if (alertsFor === undefined) return text;
  const rules = parse(text) as Rules;
  for (const group of rules.groups) {
    group.interval = '5s';
    for (const rule of group.rules) if (rule.alert !== undefined) rule.for = alertsFor;
  }
  return stringify(rules);
};

const configOf = (targets: readonly Target[], rules: string): object => ({
  global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '5s' },
  rule_files: [rules],
  scrape_configs: [...new Set(targets.map(({ job }) => job))].map((job) => ({
    job_name: job,
    static_configs: [{ targets: targets.filter((target) => target.job === job).map(({ url }) => new URL(url).host) }],
  })),
});
