import { isHeartbeat, type Action, type EpochMs, type InteractionEvent } from '#contracts';
import { latenessBorders, type StreamSummary } from '../files/run-files.js';
import type { EntryWatch, FoldedEntry } from './watch.js';

const HOUR_MS = 3_600_000;
/** `2026-11-24T16` */
const HOUR_CHARS = 13;

const engagements: ReadonlySet<Action> = new Set(['open', 'outbound', 'upvote', 'save', 'comment']);

const countUp = <K>(counts: Map<K, number>, key: K, by = 1): void => void counts.set(key, (counts.get(key) ?? 0) + by);

const inOrder = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Counts what a stretch of the stream holds: records of all, and of what readers did more. Grows with hours and positions, not with records. */
export class StreamTally implements EntryWatch {
  readonly #records = new Map<string, Map<string, number>>();
  readonly #actions = new Map<string, number>();
  readonly #lateness = new Array<number>(latenessBorders.length + 1).fill(0);
  readonly #positions = new Map<number, { impressions: number; engagements: number }>();
  readonly #hours = new Map<number, number>();
  #first: EpochMs = Infinity;
  #last: EpochMs = -Infinity;

  folded({ entry, outcome, told }: FoldedEntry): void {
    if (!told) return;
    this.count(entry.record.topic, outcome, 1);
    if (entry.decoded.kind !== 'interaction' || outcome === 'duplicate' || isHeartbeat(entry.decoded.event.data)) return;
    this.#interaction(entry.decoded.event, entry.time, entry.recorded);
  }

  /** Records of a topic that is not folded here. */
  count(topic: string, outcome: string, records: number): void {
    let outcomes = this.#records.get(topic);
    if (outcomes === undefined) this.#records.set(topic, (outcomes = new Map<string, number>()));
    if (records > 0) countUp(outcomes, outcome, records);
  }

  /** Event times of the first and the last interaction. */
  get span(): { readonly first: string | null; readonly last: string | null } {
    if (this.#first > this.#last) return { first: null, last: null };
    return { first: new Date(this.#first).toISOString(), last: new Date(this.#last).toISOString() };
  }

  get summary(): StreamSummary {
    const records = [...this.#records].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      records: Object.fromEntries(records.map(([topic, outcomes]) => [topic, inOrder(outcomes)])),
      actions: inOrder(this.#actions),
      lateness: [...this.#lateness],
      positions: [...this.#positions].sort(([a], [b]) => a - b).map(([position, counts]) => ({ position, ...counts })),
      hours: inOrder(
        new Map([...this.#hours].map(([hour, count]) => [new Date(hour * HOUR_MS).toISOString().slice(0, HOUR_CHARS), count])),
      ),
    };
  }

  #interaction({ data }: InteractionEvent, time: EpochMs, recorded: EpochMs): void {
    countUp(this.#actions, data.action);
    countUp(this.#hours, Math.floor(time / HOUR_MS));
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
    const late = (recorded - time) / 1000;
    const bucket = latenessBorders.findIndex((border) => late <= border);
    this.#lateness[bucket < 0 ? latenessBorders.length : bucket]! += 1;
    if (data.position !== undefined && data.on !== false) this.#position(data.position, data.action);
  }

  #position(position: number, action: Action): void {
    let counts = this.#positions.get(position);
    if (counts === undefined) this.#positions.set(position, (counts = { impressions: 0, engagements: 0 }));
    if (action === 'impression') counts.impressions += 1;
    if (engagements.has(action)) counts.engagements += 1;
  }
}
