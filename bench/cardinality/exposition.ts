import { spawnSync } from 'node:child_process';

/** What one process says on `/metrics`. */
export interface Exposition {
  readonly series: number;
  /** Every value of every label, with the metric and the label that has it: `metric{label}`. */
  readonly labelValues: ReadonlyMap<string, string>;
  /** What `promtool check metrics` finds, one line each. */
  readonly findings: readonly string[];
  /** The metrics with most series. */
  readonly largest: readonly (readonly [metric: string, series: number])[];
}

const LARGEST = 4;

/** Reads `/metrics` of a process and has promtool look at it. */
export const expositionOf = async (admin: string): Promise<Exposition> => {
  const text = await (await fetch(`${admin}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const labelValues = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const line of lines) {
    const metric = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0] ?? '';
    const family = metric.replace(/_(bucket|sum|count)$/, '');
    counts.set(family, (counts.get(family) ?? 0) + 1);
    for (const [, label, value] of line.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g))
      labelValues.set(value!, `${metric}{${label}}`);
  }
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', maxBuffer: 1 << 26 });
  const findings = status === 0 ? [] : `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return {
    series: lines.length,
    labelValues,
    findings,
    largest: [...counts].sort(([, a], [, b]) => b - a).slice(0, LARGEST),
  };
};
