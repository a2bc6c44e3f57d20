import { setTimeout as sleep } from 'node:timers/promises';

/** Takes a sample now and then until it is stopped. What can not be taken now (the thing is down) is left out. */
export class Watch<T> {
  readonly samples: T[] = [];
  private readonly stopping = new AbortController();
  private readonly work: Promise<void>;

  constructor(
    private readonly take: () => Promise<T>,
    private readonly everyMs: number,
  ) {
    this.work = this.run();
  }

  /** Takes the last sample. */
  async stop(): Promise<readonly T[]> {
    this.stopping.abort();
    await this.work;
    await this.sample();
    return this.samples;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.sample();
      await sleep(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async sample(): Promise<void> {
    await this.take().then(
      (sample) => this.samples.push(sample),
      () => undefined,
    );
  }
}
