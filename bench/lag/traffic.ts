import { setTimeout as sleep } from 'node:timers/promises';
import type { SentRecords } from './sent-records.js';

const TICK_MS = 20;

export interface TrafficPlan {
  readonly perSecond: number;
  /** Keys that take turns; each has a partition of its own or shares one. */
  readonly readers: readonly string[];
  readonly paperId: string;
}

/** Appends at an even pace, whatever becomes of the records, until it is stopped. */
export class Traffic {
  /** `client` of what is sent from now on. */
  client = 'bench-lag';
  private readonly stopping = new AbortController();
  private readonly appends = new Set<Promise<void>>();
  private readonly work: Promise<void>;

  constructor(
    private readonly sent: SentRecords,
    private readonly plan: TrafficPlan,
  ) {
    this.work = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
    await Promise.all(this.appends);
  }

  private async run(): Promise<void> {
    const { perSecond, readers, paperId } = this.plan;
    const { signal } = this.stopping;
    const tickMs = Math.max(TICK_MS, 1000 / perSecond);
    const began = performance.now();
    let done = 0;
    for (let turn = 1; !signal.aborted; turn += 1) {
      const due = Math.floor(((performance.now() - began) * perSecond) / 1000) - done;
      if (due > 0) {
        const append = this.sent.send({ readerRef: readers[turn % readers.length]!, count: due, client: this.client, paperId });
        this.appends.add(append);
        void append.finally(() => this.appends.delete(append));
        done += due;
      }
      await sleep(Math.max(1, began + turn * tickMs - performance.now()), undefined, { signal }).catch(() => undefined);
    }
  }
}
