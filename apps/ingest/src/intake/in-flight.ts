/**
 * How many records are on their way to the log. Beyond the limit new ones are refused at once: a queue that only grows would
 * end as memory, and its callers would have given up long before.
 */
export class InFlight {
  private current = 0;

  constructor(readonly limit: number) {}

  get records(): number {
    return this.current;
  }

  /** Takes room for `records`, or answers false and takes none. A single call is never refused for its own size alone. */
  tryEnter(records: number): boolean {
    if (this.current > 0 && this.current + records > this.limit) return false;
    this.current += records;
    return true;
  }

  leave(records: number): void {
    this.current -= records;
  }
}
