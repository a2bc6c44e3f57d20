import { setTimeout as sleep } from 'node:timers/promises';
import { readerRefOf } from '../../apps/gateway/src/identity/reader-ref.js';
import { developmentTokens } from '../../scripts/start/reader-tokens.js';
import { Client, type Feed } from '../promises/client.js';

const READER = 'bench-lag-heartbeat';
const BEAT_EVERY_MS = 250;
const LOOK_EVERY_MS = 10;

/** The reader of all beats, as the log knows it. */
export const beatsReader = (readersSecret: string): string => readerRefOf(readersSecret, READER);

interface Beat {
  readonly sentAt: number;
  /** An offset of its partition that it lies below. */
  readonly below: bigint;
  /** `Broadsheet-Position` of the answer. */
  readonly position: string;
}

export interface HeartbeatParts {
  readonly gateway: string;
  readonly tokenSecret: string;
  readonly paperId: string;
  /** End of the partition of the beats, asked for just after each. */
  readonly end: () => Promise<bigint>;
  /** Next offset of that partition that the ranker will fold, as it last said. */
  readonly folded: () => bigint;
}

/**
 * What the gateway's heartbeat does, four times a second and without waiting for the one before: an event goes the way of all events, and it is
 * timed until a ranker has folded it. All beats are of one reader, so they are folded in the order they were sent. How long it took until a feed
 * was answered that respects it is told as well: to that belongs how long the gateway takes to ask a ranker again that had not answered.
 */
export class Heartbeats {
  private readonly client: Client;
  private readonly stopping = new AbortController();
  private readonly toFold: Beat[] = [];
  private readonly toFeed: Beat[] = [];
  private readonly work: Promise<unknown>;
  /** Seconds until each beat was folded, and until a feed respected it. */
  readonly foldedAfter: number[] = [];
  readonly shownAfter: number[] = [];

  constructor(private readonly parts: HeartbeatParts) {
    this.client = new Client({ gateway: parts.gateway, tokenSecret: parts.tokenSecret, ...developmentTokens });
    this.work = Promise.all([this.send(), this.watchFold(), this.watchFeed()]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
    await this.client.close();
  }

  private async send(): Promise<void> {
    const json = { events: [{ action: 'open', target: { kind: 'paper', id: this.parts.paperId } }] };
    while (!this.stopping.signal.aborted) {
      const sentAt = performance.now();
      const answer = await this.client.call('POST', '/v1/interactions', { subject: READER, json }).catch(() => null);
      const position = answer?.headers['broadsheet-position'];
      if (answer?.status === 200 && typeof position === 'string') {
        const beat = { sentAt, position, below: await this.parts.end() };
        this.toFold.push(beat);
        this.toFeed.push(beat);
      }
      await sleep(Math.max(1, sentAt + BEAT_EVERY_MS - performance.now()));
    }
  }

  private async watchFold(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (let beat = this.toFold[0]; beat !== undefined && this.parts.folded() >= beat.below; beat = this.toFold[0]) {
        this.toFold.shift();
        this.foldedAfter.push((performance.now() - beat.sentAt) / 1000);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  private async watchFeed(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const [beat] = this.toFeed;
      if (beat !== undefined && (await this.isShown(beat))) {
        this.toFeed.shift();
        this.shownAfter.push((performance.now() - beat.sentAt) / 1000);
      } else await sleep(LOOK_EVERY_MS);
    }
  }

  /** An answer that lacks nothing is one of a ranker that had folded it. */
  private async isShown({ position }: Beat): Promise<boolean> {
    const headers = { 'broadsheet-position': position };
    const answer = await this.client.call<Feed>('GET', '/v1/feeds/for-you?limit=1', { subject: READER, headers }).catch(() => null);
    return answer?.status === 200 && answer.body.degraded.length === 0;
  }
}
