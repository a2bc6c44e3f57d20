/** One event as its sender knows it. */
export interface Sent {
  readonly id: string;
  /** Events of one key must be applied in the order in which they were sent. */
  readonly key: string;
  /** Place among the events of its key; grows. */
  readonly order: number;
}

/** One event as a store holds it: where in the log it was taken from. */
export interface Applied {
  readonly id: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** One look at positions: next offset of each `topic/partition`. */
export type PositionSample = Readonly<Record<string, bigint>>;

/** What a replica says of itself at one moment. */
export interface StateObservation {
  readonly replica: string;
  readonly positions: Readonly<Record<string, string>>;
  readonly hash: string;
}

/** A value that must never go back for one reader: a position, a count of votes, a number of hidden papers. */
export interface VersionRead {
  readonly reader: string;
  readonly subject: string;
  readonly version: number;
}

/** All that was sent and what was answered, by event id. */
export class History {
  private readonly sentById = new Map<string, Sent>();
  private readonly acceptedIds = new Set<string>();
  private readonly refusedCodes = new Map<string, string>();
  private readonly orders = new Map<string, number>();

  /** Before the first try. A retry keeps the id, and so is no new event. */
  sends(id: string, key: string): void {
    const order = this.orders.get(key) ?? 0;
    this.orders.set(key, order + 1);
    this.sentById.set(id, { id, key, order });
  }

  /** The answer `accepted`, or `duplicate`, which says that it was accepted before. */
  accepts(id: string): void {
    this.acceptedIds.add(id);
  }

  /** A clear no, for good. */
  refuses(id: string, code: string): void {
    this.refusedCodes.set(id, code);
  }

  get sent(): ReadonlyMap<string, Sent> {
    return this.sentById;
  }

  get accepted(): ReadonlySet<string> {
    return this.acceptedIds;
  }

  get refused(): ReadonlyMap<string, string> {
    return this.refusedCodes;
  }
}
