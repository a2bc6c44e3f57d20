import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEARTBEAT_PAPER, type IntakeInteractions, type IntakeResult, type Positions, type ReaderRef } from '#contracts';
import type { Ranker } from '../feeds/ranker.js';
import type { Intake } from '../interactions/intake.js';
import { readerRefOf } from '../identity/reader-ref.js';

/** Where a heartbeat can end: never durable, or durable and not folded. */
export type HeartbeatStage = 'intake' | 'effective';

export interface HeartbeatObserver {
  beat(seconds: number): void;
  missed(stage: HeartbeatStage, error: unknown): void;
}

export interface HeartbeatParts {
  readonly intake: Pick<Intake, 'interactions'>;
  readonly ranker: Pick<Ranker, 'rank'>;
  /** Keys readers' pseudonyms; the heartbeat has one that no subject of a token can have. */
  readonly secret: string;
  readonly observer: HeartbeatObserver;
  /** Between two beats; 0 = none are sent. */
  readonly everyMs: number;
  /** Milliseconds from an arbitrary start, never going back. */
  readonly monotonic: () => number;
}

/** A subject of a token is text without control characters. */
const SUBJECT = '\u0000heartbeat';
const EFFECTIVE_WITHIN_MS = 30_000;
/** A ranker waits for a position for a part of its deadline; then it answers `behind` and is asked again. */
const ASK_MS = 1_000;

/**
 * Sends an event of our own the way all interactions go, and asks rankers until one has folded it: what is measured is what a reader's
 * action takes from here until feeds respect it. It is an open by an untrusted reader of a paper that nobody has, so no ranking moves.
 */
export class Heartbeat {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private readonly reader: ReaderRef;

  constructor(private readonly parts: HeartbeatParts) {
    this.reader = readerRefOf(parts.secret, SUBJECT);
  }

  start(): void {
    if (this.parts.everyMs > 0) this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** One beat. Never throws. */
  async beat(): Promise<void> {
    const { observer, monotonic } = this.parts;
    const began = monotonic();
    let stage: HeartbeatStage = 'intake';
    try {
      const after = await this.send();
      stage = 'effective';
      await this.untilFolded(after, began);
      observer.beat((monotonic() - began) / 1000);
    } catch (error) {
      if (!this.stopping.signal.aborted) observer.missed(stage, error);
    }
  }

  private async send(): Promise<Positions> {
    const input = {
      id: `heartbeat-${randomUUID()}`,
      time: new Date().toISOString(),
      action: 'open',
      target: { kind: 'paper', id: HEARTBEAT_PAPER },
    };
    const event = { input, readerRef: this.reader, trust: 'client' } as IntakeInteractions['events'][number];
    const [result] = await this.parts.intake.interactions([event]);
    return positionOf(result);
  }

  private async untilFolded(after: Positions, began: number): Promise<void> {
    const { ranker, monotonic } = this.parts;
    for (let last: unknown = null; !this.stopping.signal.aborted;) {
      if (monotonic() - began > EFFECTIVE_WITHIN_MS) throw last instanceof Error ? last : new Error('no ranker folded it in time');
      try {
        const request = { requestId: `heartbeat-${randomUUID()}`, surface: 'latest', period: 'day', limit: 1, exclude: [] } as const;
        const { degraded } = await ranker.rank({ ...request, exclude: [], explain: false, shown: false, after }, ASK_MS);
        if (!degraded.includes('behind')) return;
      } catch (error) {
        last = error;
        await sleep(200, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.beat();
      await sleep(this.parts.everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

const positionOf = (result: IntakeResult | undefined): Positions => {
  if (result?.status !== 'accepted') throw new Error(`the heartbeat was not accepted: ${result?.status ?? 'no answer'}`);
  return { [`${result.topic}/${result.partition}`]: (BigInt(result.offset) + 1n).toString() };
};
