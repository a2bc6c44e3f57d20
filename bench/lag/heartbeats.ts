import { setTimeout as sleep } from 'node:timers/promises';
import { developmentTokens } from '../../scripts/start/reader-tokens.js';
import { Client, type Feed } from '../promises/client.js';

const READER = 'bench-lag-heartbeat';
const BEAT_EVERY_MS = 250;
const ASK_EVERY_MS = 10;

interface Beat {
  readonly sentAt: number;
  /** `Broadsheet-Position` of the answer. */
  readonly position: string;
}

/**
 * What the gateway's heartbeat does, four times a second and without waiting for the one before: an event goes the way of all events, and a feed
 * is asked for until a ranker answers that has folded it. All beats are of one reader, so they are folded in the order they were sent.
 */
export class Heartbeats {
  private readonly client: Client;
  private readonly stopping = new AbortController();
  private readonly waiting: Beat[] = [];
  private readonly work: Promise<unknown>;
  /** Seconds of the whole way of each beat that came through. */
  readonly seconds: number[] = [];

  constructor(gateway: string, tokenSecret: string, paperId: string) {
    this.client = new Client({ gateway, tokenSecret, ...developmentTokens });
    this.work = Promise.all([this.send(paperId), this.ask()]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
    await this.client.close();
  }

  private async send(paperId: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const sentAt = performance.now();
      const json = { events: [{ action: 'open', target: { kind: 'paper', id: paperId } }] };
      const answer = await this.client.call('POST', '/v1/interactions', { subject: READER, json }).catch(() => null);
      const position = answer?.headers['broadsheet-position'];
      if (answer?.status === 200 && typeof position === 'string') this.waiting.push({ sentAt, position });
      await sleep(Math.max(1, sentAt + BEAT_EVERY_MS - performance.now()));
    }
  }

  private async ask(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const [beat] = this.waiting;
      if (beat !== undefined && (await this.isEffective(beat))) {
        this.waiting.shift();
        this.seconds.push((performance.now() - beat.sentAt) / 1000);
      } else await sleep(ASK_EVERY_MS);
    }
  }

  /** An answer that lacks nothing is one of a ranker that had folded it. */
  private async isEffective({ position }: Beat): Promise<boolean> {
    const headers = { 'broadsheet-position': position };
    const answer = await this.client.call<Feed>('GET', '/v1/feeds/for-you?limit=1', { subject: READER, headers }).catch(() => null);
    return answer?.status === 200 && answer.body.degraded.length === 0;
  }
}
