import { positionKey, type TopicSpec } from '#contracts';
import { type EventLog, type NewRecord, partitionOf, type Position } from '#event-log';
import { noTracing, type Tracing } from '#telemetry';
import type { Deadline } from './deadline.js';
import type { InFlight } from './in-flight.js';
import { tracedAppend } from './traced-append.js';

/** How a write ended. `late`: the caller's time ran out first; the write itself goes on. */
export type Written =
  | { readonly kind: 'durable'; readonly positions: readonly Position[] }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'busy' }
  | { readonly kind: 'late' };

const LATE: Written = { kind: 'late' };

/** Appends to the log within a deadline and a bound on records under way. It never throws: every end has a name. */
export class LogWriter {
  /** The last offset that this process has written, by topic and partition. */
  private readonly lasts = new Map<string, bigint>();

  constructor(
    private readonly log: EventLog,
    readonly inFlight: InFlight,
    private readonly tracing: Tracing = noTracing,
  ) {}

  /** `settled` is told the end of the append itself, also when the caller has stopped waiting. */
  async write(
    topic: string,
    records: readonly NewRecord[],
    deadline: Deadline,
    settled: (durable: boolean) => void = () => undefined,
  ): Promise<Written> {
    if (deadline.passed || !this.inFlight.tryEnter(records.length)) {
      settled(false);
      return deadline.passed ? LATE : { kind: 'busy' };
    }
    const append = this.append(topic, records, deadline.remainingMs()).then((end) => {
      // Room is freed when the log has answered, not when the caller gave up: the records are in memory until then.
      this.inFlight.leave(records.length);
      settled(end.kind === 'durable');
      return end;
    });
    return deadline.race(append, LATE);
  }

  /** Where this process wrote last under the key's partition: everything that it wrote under the key stands at or before that. */
  lastOf({ name, partitions }: TopicSpec, key: string): Position | null {
    const partition = partitionOf(key, partitions);
    const offset = this.lasts.get(positionKey(name, partition));
    return offset === undefined ? null : { topic: name, partition, offset };
  }

  /** What still waits for its turn in the log when the caller's time is over is dropped there: a retry would only add to the queue that made it late. */
  private async append(topic: string, records: readonly NewRecord[], waitMs: number): Promise<Written> {
    try {
      const positions = await tracedAppend(this.tracing, this.log, topic, records, { waitMs });
      for (const { partition, offset } of positions) {
        const key = positionKey(topic, partition);
        if (offset > (this.lasts.get(key) ?? -1n)) this.lasts.set(key, offset);
      }
      return { kind: 'durable', positions };
    } catch (error) {
      return { kind: 'failed', error };
    }
  }
}
