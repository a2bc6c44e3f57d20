import type { StoredRecord } from '../event-log.js';

const FULL_AT = 2000;

/** Hands pushed records of [from, to) to one puller, and knows when the range is over even if its last offsets have no record. */
export class RecordQueue {
  #records: StoredRecord[] = [];
  #tail: bigint;
  #wake: (() => void) | null = null;

  constructor(
    from: bigint,
    private readonly to: bigint,
  ) {
    this.#tail = from;
  }

  /** Next offset that is wanted. */
  get tail(): bigint {
    return this.#tail;
  }

  get isFull(): boolean {
    return this.#records.length >= FULL_AT;
  }

  push(records: readonly StoredRecord[]): void {
    for (const record of records) {
      if (record.offset < this.#tail) continue;
      if (record.offset < this.to) this.#records.push(record);
      this.#tail = record.offset + 1n;
    }
    this.#notify();
  }

  skipTo(next: bigint): void {
    if (next > this.#tail) this.#tail = next;
    this.#notify();
  }

  /** All that is there, waiting for something when there is nothing; null when the range is over. */
  async take(): Promise<readonly StoredRecord[] | null> {
    while (this.#records.length === 0) {
      if (this.#tail >= this.to) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const taken = this.#records;
    this.#records = [];
    return taken;
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
