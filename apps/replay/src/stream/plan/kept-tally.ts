import { decodeRecord, topics } from '#contracts';
import type { StoredRecord } from '#event-log';
import { askedOf, readServed } from '../../rerank/served-index.js';
import { keepInteractionOf, keepOf, speaksOf, type StreamOptions } from '../stream-options.js';

export interface KeptPlan {
  /** Served requests that a run would rank again, by surface; null where the condition speaks of what requests never have. */
  readonly requests: Readonly<Record<string, number>> | null;
  /** Interactions that fit, by action; null where the condition speaks of what they never have. */
  readonly interactions: Readonly<Record<string, number>> | null;
}

const inOrder = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Counts what times, condition and sample leave of the records. */
export class KeptTally {
  private readonly requests = new Map<string, number>();
  private readonly interactions = new Map<string, number>();
  private readonly keepRequest;
  private readonly keepInteraction;

  constructor(options: StreamOptions) {
    this.keepRequest = speaksOf(options, 'served') ? keepOf(options, 'served') : null;
    this.keepInteraction = speaksOf(options, 'interaction') ? keepInteractionOf(options) : null;
  }

  add(record: StoredRecord): void {
    if (record.topic === topics.feedServed.name) this.request(record);
    if (record.topic === topics.interactions.name) this.interaction(record);
  }

  get plan(): KeptPlan {
    return {
      requests: this.keepRequest === null ? null : inOrder(this.requests),
      interactions: this.keepInteraction === null ? null : inOrder(this.interactions),
    };
  }

  private request(record: StoredRecord): void {
    const served = this.keepRequest === null ? null : readServed(record);
    if (served === null || this.keepRequest?.(askedOf(served)) !== true) return;
    this.requests.set(served.data.surface, (this.requests.get(served.data.surface) ?? 0) + 1);
  }

  private interaction(record: StoredRecord): void {
    const decoded = this.keepInteraction === null ? null : decodeRecord(record);
    if (decoded?.kind !== 'interaction' || this.keepInteraction?.(decoded.event) !== true) return;
    const { action } = decoded.event.data;
    this.interactions.set(action, (this.interactions.get(action) ?? 0) + 1);
  }
}
