import { positionKey } from '#contracts';
import type { Position } from '#event-log';
import type { PositionSample } from './history.js';

interface Awaited {
  readonly offset: bigint;
  readonly sentAt: number;
}

/** How long after it was sent a consumer had passed each record, by looking at the consumer's positions again and again. */
export class Delays {
  private readonly awaited = new Map<string, Awaited[]>();
  private readonly found: number[] = [];

  /** To be called in the order of offsets within a partition, as `append` answers them. Times are of `performance.now()`. */
  sent({ topic, partition, offset }: Position, sentAt: number): void {
    const key = positionKey(topic, partition);
    const queue = this.awaited.get(key) ?? [];
    queue.push({ offset, sentAt });
    this.awaited.set(key, queue);
  }

  seen(positions: PositionSample, now: number): void {
    for (const [key, queue] of this.awaited) {
      const next = positions[key] ?? 0n;
      const passed = queue.findIndex(({ offset }) => offset >= next);
      for (const { sentAt } of queue.splice(0, passed === -1 ? queue.length : passed)) this.found.push(now - sentAt);
    }
  }

  /** Milliseconds, one for each record that was passed. */
  get samples(): readonly number[] {
    return this.found;
  }

  get waiting(): number {
    return [...this.awaited.values()].reduce((sum, queue) => sum + queue.length, 0);
  }
}
