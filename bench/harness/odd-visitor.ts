import { setTimeout as sleep } from 'node:timers/promises';
import { dice, type Dice } from '../../scripts/simulation/seeded.js';
import { developmentTokens } from '../../scripts/start/reader-tokens.js';
import { Client, type Feed } from '../promises/client.js';

const READERS = 10;
const WORDS = ['attention', 'memory', 'vision transformer', 'efficient', 'graph'];
const PAUSE_MS = 60;

/** Asks for what simulated readers do not: further pages, exclusions, explanations, papers like a paper, searches, follows and hides. */
export class OddVisitor {
  private readonly client: Client;
  private readonly roll: Dice = dice(77);
  private papers: readonly string[] = [];

  constructor(gateway: string, tokenSecret: string) {
    this.client = new Client({ gateway, tokenSecret, ...developmentTokens });
  }

  /** One visit of one of a few readers. Answers that are refused are no concern of this one. */
  async visit(): Promise<void> {
    const subject = `odd-reader-${Math.floor(this.roll() * READERS)}`;
    const first = await this.feed('/v1/feeds/for-you?limit=8', subject);
    this.papers = first.items.map(({ paper }) => paper.id);
    if (first.nextCursor !== undefined)
      await this.feed(`/v1/feeds/for-you?limit=8&cursor=${encodeURIComponent(first.nextCursor)}`, subject);
    await this.feed(this.somethingElse(), subject);
    const [hidden] = this.papers;
    if (hidden !== undefined && this.roll() < 0.05)
      await this.client.call('PUT', `/v1/papers/${encodeURIComponent(hidden)}/hide`, { subject });
    await sleep(PAUSE_MS);
  }

  /** One request for the feed of a reader, whatever comes of it. */
  async ask(subject: string): Promise<void> {
    await this.client.call('GET', '/v1/feeds/for-you?limit=5', { subject }).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private somethingElse(): string {
    const paper = encodeURIComponent(this.papers[Math.floor(this.roll() * this.papers.length)] ?? 'none');
    const word = encodeURIComponent(WORDS[Math.floor(this.roll() * WORDS.length)] ?? '');
    const paths = [
      `/v1/papers/${paper}/similar?limit=10`,
      `/v1/papers?query=${word}&limit=10`,
      `/v1/feeds/for-you?limit=20&exclude=${paper}`,
      `/v1/feeds/for-you?limit=5&explain=true`,
      `/v1/feeds/trending?period=month&limit=12`,
      `/v1/feeds/latest?limit=30`,
    ];
    return paths[Math.floor(this.roll() * paths.length)] ?? '';
  }

  private async feed(path: string, subject: string): Promise<Feed> {
    const { status, body } = await this.client.call<Feed>('GET', path, { subject });
    return status === 200 ? body : { requestId: '', degraded: [], items: [] };
  }
}
