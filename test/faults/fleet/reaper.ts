import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '#ranking';
import type { FleetProcess } from './fleet-process.js';

export interface ReaperOptions {
  readonly victims: readonly FleetProcess[];
  readonly random: Random;
  /** Between two kills, at least and at most. */
  readonly everyMs: readonly [min: number, max: number];
  /** Between the kill and the start of the next life. */
  readonly downMs: number;
}

/** Kills a random one of its victims now and then, and starts it again. At most one of them is down by its hand at a time. */
export class Reaper {
  private readonly stopping = new AbortController();
  private readonly work: Promise<void>;
  private readonly killed = new Map<string, number>();

  constructor(private readonly options: ReaperOptions) {
    this.work = this.reap();
  }

  /** Kills nobody any more; resolves when the last victim was started again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  get kills(): number {
    return [...this.killed.values()].reduce((sum, count) => sum + count, 0);
  }

  /** `ingest-0 x 4, ranker-1 x 6` */
  get text(): string {
    return [...this.killed].map(([name, count]) => `${name} x ${count}`).join(', ');
  }

  private async reap(): Promise<void> {
    const { victims, random, everyMs, downMs } = this.options;
    const { signal } = this.stopping;
    for (;;) {
      await sleep(everyMs[0] + random() * (everyMs[1] - everyMs[0]), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const victim = victims[Math.floor(random() * victims.length)]!;
      if (!victim.isRunning) continue; // it ended by itself, which is told elsewhere
      await victim.kill();
      this.killed.set(victim.name, (this.killed.get(victim.name) ?? 0) + 1);
      await sleep(downMs);
      victim.start();
    }
  }
}
