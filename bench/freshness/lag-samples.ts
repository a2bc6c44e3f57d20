import type { Running } from '../../scripts/start/system.js';
import { sleep } from '../promises/figures.js';

const EVERY_MS = 200;
const METRICS = ['ranker_lag_seconds', 'ingest_archive_lag_seconds', 'quality_lag_seconds', 'gateway_catalogue_lag_seconds'];

/** The largest value of all series of a metric; null when it has none. */
const most = (text: string, metric: string): number | null => {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  return values.length === 0 ? null : Math.max(...values);
};

/** What processes report of their lag in seconds, five times a second until it is stopped. */
export class LagSamples {
  private readonly samples = new Map<string, number[]>();
  private stopped = false;
  private readonly work: Promise<unknown>;

  constructor(processes: readonly Running[]) {
    this.work = Promise.all(processes.map(({ admin }) => this.follow(admin)));
  }

  /** Samples by metric. */
  async stop(): Promise<ReadonlyMap<string, readonly number[]>> {
    this.stopped = true;
    await this.work;
    return this.samples;
  }

  private async follow(admin: string): Promise<void> {
    while (!this.stopped) {
      const text = await fetch(`${admin}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      );
      for (const metric of METRICS) {
        const value = most(text, metric);
        if (value !== null) this.samples.set(metric, [...(this.samples.get(metric) ?? []), value]);
      }
      await sleep(EVERY_MS);
    }
  }
}
