import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Positions, SentRecords } from './sent-records.js';

/** Series of one metric in the text of `/metrics`. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export const seriesOf = (text: string, metric: string): readonly Series[] =>
  text.split('\n').flatMap((line) => {
    if (!line.startsWith(`${metric}{`)) return [];
    const labels = Object.fromEntries([...line.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
    return [{ labels, value: Number(line.slice(line.lastIndexOf(' ') + 1)) }];
  });

const most = (text: string, metric: string): number | null => {
  const values = seriesOf(text, metric).flatMap(({ value }) => (Number.isNaN(value) ? [] : [value]));
  return values.length === 0 ? null : Math.max(...values);
};

/** One look at a process: what it reported, and between what the truth lay (seconds), once the log's side of it is known. */
export interface Look {
  readonly consumer: string;
  readonly at: number;
  /** null: it said nothing of its lag. */
  readonly reported: number | null;
  truth(): readonly [least: number, most: number];
}

const LOOK_EVERY_MS = 25;
/** A stopped process answers when it goes on. */
const PATIENCE_MS = 60_000;

/** Reads `/metrics` of a process again and again, one request at a time, and hands over each text with its moments. */
const follow = async (
  url: string,
  signal: AbortSignal,
  gate: () => Promise<void>,
  take: (text: string, askedAt: number, answeredAt: number) => Promise<void> | void,
): Promise<void> => {
  const agent = new Agent({ connections: 1, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });
  while (!signal.aborted) {
    await gate();
    const askedAt = Date.now();
    const text = await request(`${url}/metrics`, { dispatcher: agent }).then(
      ({ body }) => body.text(),
      () => null,
    );
    if (text !== null) await take(text, askedAt, Date.now());
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  await agent.close();
};

interface At {
  readonly at: number;
  readonly positions: Positions;
}

export interface Watched {
  readonly ranker: string;
  readonly ingest: string;
  /** What the archive holds, asked of the database itself. */
  readonly archived: () => Promise<Positions>;
}

/** A look is over by then. */
const UNDER_WAY_MS = 400;
/** What the database has told a process and the process has not read yet. */
const UNREAD_MS = 50;

/** Looks at all consumers until it is stopped. */
export class LagWatch {
  readonly looks: Look[] = [];
  /** Where the ranker last said that its fold stands. */
  folded: Positions = new Map();
  /** Positions of the archive, asked without end: a look lies between two of them. */
  private readonly archive: At[] = [];
  private readonly stopping = new AbortController();
  private readonly work: Promise<unknown>;
  /** When a stopped process last went on: what it answers afterwards is from afterwards, however long ago it was asked. */
  private resumedAt = 0;
  /** Open unless somebody is about to harm a process. */
  private gate: Promise<void> = Promise.resolve();
  /** Actions that the quality consumer could not join: all of ours, so it counts what it has handled. */
  private joined = 0;
  /** Records that had been sent without being counted when this began; a process that was started anew has counted none. */
  private before: number | null = null;
  private levelAt = Date.now();

  constructor(
    private readonly watched: Watched,
    private readonly sent: SentRecords,
  ) {
    const { signal } = this.stopping;
    this.work = Promise.all([
      follow(
        watched.ranker,
        signal,
        () => this.gate,
        (text, askedAt, at) => this.lookAtRanker(text, this.begunAt(askedAt), at),
      ),
      follow(
        watched.ingest,
        signal,
        () => this.gate,
        (text, askedAt, at) => this.lookAtIngest(text, this.begunAt(askedAt), at),
      ),
      this.followArchive(signal),
    ]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  /** Records of this watch that were sent and that the quality consumer did not count. */
  get unjoined(): number {
    return this.sent.countAt(Date.now()) - this.joined - (this.before ?? 0);
  }

  /**
   * Does something, such as stopping a process, while no look is under way: an answer that was made before it and sent after it would be
   * taken for one of afterwards.
   */
  async between(act: () => void): Promise<void> {
    let open: () => void = () => undefined;
    this.gate = new Promise((resolve) => (open = resolve));
    await sleep(UNDER_WAY_MS);
    act();
    open();
  }

  /** To be called when a process that was stopped has been told to go on. */
  resumed(): void {
    this.resumedAt = Date.now();
  }

  private begunAt(askedAt: number): number {
    return Math.max(askedAt, this.resumedAt);
  }

  private lookAtRanker(text: string, from: number, at: number): void {
    const positions = new Map(
      seriesOf(text, 'ranker_position').map(({ labels, value }) => [`${labels['topic']}/${labels['partition']}`, BigInt(value)]),
    );
    if (positions.size === 0) return; // it restores its state, and can not know yet what waits
    this.folded = positions;
    const age = (moment: number): number => this.sent.ageBehind(positions, moment);
    this.looks.push({ consumer: 'ranker', at, reported: most(text, 'ranker_lag_seconds'), truth: () => [age(from), age(at)] });
  }

  private lookAtIngest(text: string, from: number, at: number): void {
    this.looks.push({
      consumer: 'archive',
      at,
      reported: most(text, 'ingest_archive_lag_seconds'),
      truth: () => {
        const before = this.archive.findLast((known) => known.at <= from - UNREAD_MS);
        const after = this.archive.find((known) => known.at >= at);
        if (before === undefined || after === undefined) return [0, Number.POSITIVE_INFINITY];
        return [this.sent.ageBehind(after.positions, from), this.sent.ageBehind(before.positions, at)];
      },
    });
    this.joined = most(text, 'quality_unmatched_total') ?? 0;
    this.before ??= this.sent.countAt(at) - this.joined;
    const done = this.joined + this.before;
    const { levelAt } = this;
    if (done >= this.sent.countAt(at)) this.levelAt = at;
    this.looks.push({
      consumer: 'quality',
      at,
      reported: most(text, 'quality_lag_seconds'),
      truth: () => {
        const least = this.sent.ageBeyond(done, from);
        return [least, this.sent.ageBeyond(done, at) === 0 ? 0 : Math.max(least, (at - levelAt) / 1000)];
      },
    });
  }

  private async followArchive(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const asked = Date.now();
      const positions = await this.watched.archived().catch(() => null);
      // Two moments of one answer: what it says was so at some time between them.
      if (positions !== null) this.archive.push({ at: asked, positions }, { at: Date.now(), positions });
      await sleep(10, undefined, { signal }).catch(() => undefined);
    }
  }
}
