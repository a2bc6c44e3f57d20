import { dataSchemas, eventTypes, positionKey, topics } from '#contracts';
import type { EventLog } from '#event-log';

interface Sent {
  readonly offset: bigint;
  readonly sentAt: number;
  /** When the log had confirmed it. */
  readonly ackedAt: number;
}

export interface Batch {
  /** Decides the partition. */
  readonly readerRef: string;
  readonly count: number;
  /** `client` of the events. */
  readonly client: string;
  readonly paperId: string;
}

/** Next offset that a consumer will handle, by `topic/partition`. */
export type Positions = ReadonlyMap<string, bigint>;

/** Impressions written straight to the log, and the moment of each: what is true of a consumer's lag is told from these and its positions alone. */
export class SentRecords {
  private readonly byPartition = new Map<string, Sent[]>();
  /** Of all records, in the order they were sent. */
  private readonly moments: Omit<Sent, 'offset'>[] = [];
  private number = 0;

  constructor(
    private readonly log: EventLog,
    private readonly label: string,
  ) {}

  async send({ readerRef, count, client, paperId }: Batch): Promise<void> {
    const values = Array.from({ length: count }, () => this.impression(readerRef, client, paperId));
    const sentAt = Date.now();
    const positions = await this.log.append(
      topics.interactions.name,
      values.map((value) => ({ key: readerRef, value })),
    );
    const ackedAt = Date.now();
    for (const { topic, partition, offset } of positions) {
      const key = positionKey(topic, partition);
      const known = this.byPartition.get(key) ?? [];
      known.push({ offset, sentAt, ackedAt });
      this.byPartition.set(key, known);
      this.moments.push({ sentAt, ackedAt });
    }
  }

  /** Records confirmed by `at`. */
  countAt(at: number): number {
    return this.moments.filter(({ ackedAt }) => ackedAt <= at).length;
  }

  /** Seconds since the oldest record was sent that is in the log at `at` and at or after these positions; 0 when there is none. */
  ageBehind(positions: Positions, at: number): number {
    let oldest = at;
    for (const [key, sent] of this.byPartition) {
      const next = positions.get(key) ?? 0n;
      const first = sent[firstAtOrAfter(sent, next)];
      if (first !== undefined && first.ackedAt <= at) oldest = Math.min(oldest, first.sentAt);
    }
    return (at - oldest) / 1000;
  }

  /** The same for a consumer of which only is known how many records it has handled: at least one of the first `done` + 1 waits. */
  ageBeyond(done: number, at: number): number {
    const next = this.moments[done];
    return next === undefined || next.ackedAt > at ? 0 : (at - next.sentAt) / 1000;
  }

  private impression(readerRef: string, client: string, paperId: string): string {
    const now = new Date().toISOString();
    this.number += 1;
    return JSON.stringify({
      specversion: '1.0',
      id: `${this.label}-${String(this.number).padStart(8, '0')}`,
      source: 'urn:broadsheet:bench',
      type: eventTypes.interaction,
      time: now,
      recordedtime: now,
      datacontenttype: 'application/json',
      dataschema: dataSchemas.interaction,
      data: {
        action: 'impression',
        target: { kind: 'paper', id: paperId },
        readerRef,
        trust: 'server',
        client,
        requestId: `${this.label}-nobody`,
      },
    });
  }
}

const firstAtOrAfter = (sent: readonly Sent[], offset: bigint): number => {
  let [from, to] = [0, sent.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sent[middle]!.offset < offset) from = middle + 1;
    else to = middle;
  }
  return from;
};
