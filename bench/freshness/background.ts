import { randomUUID } from 'node:crypto';
import type { Client } from '../promises/client.js';
import { sleep } from '../promises/figures.js';

/** Everything that readers do but vote: votes are what is measured. */
const ACTIONS = ['impression', 'impression', 'open', 'dwell', 'save'] as const;
const BATCHES_PER_SECOND = 20;
const READERS = 400;

export interface BackgroundPlan {
  /** Events a second. */
  readonly perSecond: number;
  readonly papers: readonly string[];
  readonly label: string;
}

export interface BackgroundTally {
  readonly accepted: number;
  readonly seconds: number;
  readonly failed: number;
  /** Milliseconds of each batch. */
  readonly answers: readonly number[];
}

/** Readers who go about their business at an even rate, in batches as clients send them, until it is stopped. */
export class Background {
  private readonly began = performance.now();
  private readonly open = new Set<Promise<void>>();
  private readonly answers: number[] = [];
  private accepted = 0;
  private failed = 0;
  private number = 0;
  private stopped = false;
  private readonly work: Promise<void>;

  constructor(
    private readonly client: Client,
    private readonly plan: BackgroundPlan,
  ) {
    this.work = this.run();
  }

  async stop(): Promise<BackgroundTally> {
    const seconds = (performance.now() - this.began) / 1000;
    this.stopped = true;
    await this.work;
    await Promise.all(this.open);
    return { accepted: this.accepted, seconds, failed: this.failed, answers: this.answers };
  }

  private async run(): Promise<void> {
    const size = Math.max(1, Math.round(this.plan.perSecond / BATCHES_PER_SECOND));
    for (let turn = 0; !this.stopped; turn += 1) {
      const wait = this.began + (turn * size * 1000) / this.plan.perSecond - performance.now();
      if (wait > 0) await sleep(wait);
      const batch = this.send(`background-${this.plan.label}-${turn % READERS}`, size);
      this.open.add(batch);
      void batch.finally(() => this.open.delete(batch));
    }
  }

  private async send(subject: string, size: number): Promise<void> {
    const began = performance.now();
    const events = Array.from({ length: size }, () => this.event());
    const answer = await this.client
      .call<{ results?: readonly { readonly status: string }[] }>('POST', '/v1/interactions', { subject, json: { events } })
      .catch(() => null);
    this.answers.push(performance.now() - began);
    if (answer?.body.results === undefined) this.failed += 1;
    else this.accepted += answer.body.results.filter(({ status }) => status === 'accepted').length;
  }

  private event(): object {
    const { papers } = this.plan;
    const number = this.number++;
    const action = ACTIONS[number % ACTIONS.length]!;
    return {
      id: randomUUID(),
      time: new Date().toISOString(),
      action,
      target: { kind: 'paper', id: papers[(number * 7919) % papers.length] },
      ...(action === 'save' ? { on: true } : {}),
      ...(action === 'dwell' ? { value: number % 600 } : {}),
    };
  }
}
