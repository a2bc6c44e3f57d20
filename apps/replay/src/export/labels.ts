import { decodeRecord, positionKey, topics, type EpochMs, type Positions } from '#contracts';
import type { StoredRecord } from '#event-log';
import { gainOf } from '../evaluation/relevance.js';
import type { RecordSource } from '../fold/record-source.js';
import { isOutcomeOf } from '../watching/outcome-watch.js';

export interface LabelParts {
  readonly source: Pick<RecordSource, 'read'>;
  readonly range: { readonly from: Positions; readonly to: Positions };
  /** When each request was answered. */
  readonly asked: ReadonlyMap<string, EpochMs>;
  readonly withinMs: number;
  /** Told of each record once. */
  readonly seen?: (record: StoredRecord) => void;
  readonly signal: AbortSignal;
}

/** What a reader last said of a paper and an action, by the rule of the log: the last writer by time, recorded time and id wins, in whatever order events came in. */
interface Word {
  readonly on: boolean;
  readonly time: EpochMs;
  readonly recorded: EpochMs;
  readonly id: string;
}

const isLater = (word: Word, known: Word | undefined): boolean =>
  known === undefined ||
  word.time > known.time ||
  (word.time === known.time && (word.recorded > known.recorded || (word.recorded === known.recorded && word.id > known.id)));

const { name: topic, partitions } = topics.interactions;

/** What readers did on the papers they were shown: what was done, some 150 bytes each, and what was seen, some 30 bytes each. */
export class Labels {
  /** Request and paper -> the last word on each action. */
  private readonly done = new Map<string, Map<string, Word>>();
  /** Request -> papers that something happened on. */
  private readonly seenOn = new Map<string, Set<string>>();
  /** One text a paper, however many events name it. */
  private readonly names = new Map<string, string>();

  /** Null when it was interrupted. */
  static async read({ source, range, asked, withinMs, seen, signal }: LabelParts): Promise<Labels | null> {
    const labels = new Labels();
    for (let partition = 0; partition < partitions; partition += 1) {
      const key = positionKey(topic, partition);
      const [from, to] = [BigInt(range.from[key] ?? 0), BigInt(range.to[key] ?? 0)];
      if (from >= to) continue;
      for await (const chunk of source.read(topic, partition, from, to)) {
        if (signal.aborted) return null;
        for (const record of chunk) {
          seen?.(record);
          labels.take(decodeRecord(record), asked, withinMs);
        }
      }
    }
    return labels;
  }

  /** Gain of the best thing done and not undone; 0 when there is none. */
  of(requestId: string, paperId: string): number {
    let best = 0;
    for (const [action, { on }] of this.done.get(`${requestId} ${paperId}`) ?? [])
      if (on) best = Math.max(best, gainOf[action as keyof typeof gainOf] ?? 0);
    return best;
  }

  /** Whether the log tells that the reader saw it: nothing happens on a paper that was not seen. */
  wasSeen(requestId: string, paperId: string): boolean {
    return this.seenOn.get(requestId)?.has(paperId) ?? false;
  }

  private take(decoded: ReturnType<typeof decodeRecord>, asked: LabelParts['asked'], withinMs: number): void {
    if (decoded.kind !== 'interaction') return;
    const { event } = decoded;
    const { requestId, target, action, on } = event.data;
    const at = requestId === undefined ? undefined : asked.get(requestId);
    if (requestId === undefined || at === undefined || target.kind !== 'paper') return;
    const time = Date.parse(event.time);
    if (!isOutcomeOf(at, time, withinMs)) return;
    this.see(requestId, target.id);
    if (gainOf[action] === undefined) return;
    const key = `${requestId} ${target.id}`;
    const actions = this.done.get(key) ?? new Map<string, Word>();
    const word = { on: on !== false, time, recorded: Date.parse(event.recordedtime), id: event.id };
    if (isLater(word, actions.get(action))) actions.set(action, word);
    this.done.set(key, actions);
  }

  private see(requestId: string, paperId: string): void {
    const name = this.names.get(paperId) ?? paperId;
    this.names.set(name, name);
    const seen = this.seenOn.get(requestId);
    if (seen === undefined) this.seenOn.set(requestId, new Set([name]));
    else seen.add(name);
  }
}
