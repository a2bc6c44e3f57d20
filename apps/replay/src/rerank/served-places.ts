import type { EpochMs } from '#contracts';

/** Where a served request stands, and what its place in the replay goes by. */
export interface ServedPlace {
  readonly requestId: string;
  readonly at: EpochMs;
  /** Which replica answered. */
  readonly source: string;
  /** Records that its state had folded: grows with every fold of one replica, also within a millisecond. */
  readonly folded: number;
  readonly partition: number;
  readonly offset: bigint;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Places of served requests, a column a field: some 100 bytes each and the id, where an object each would take three times that. */
export class ServedPlaces {
  readonly #requestIds: string[] = [];
  readonly #at: EpochMs[] = [];
  readonly #sources: number[] = [];
  readonly #folded: number[] = [];
  readonly #partitions: number[] = [];
  readonly #offsets: number[] = [];
  /** Names of the replicas, once each: a parsed record brings a copy of its own. */
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();

  get length(): number {
    return this.#requestIds.length;
  }

  /** @throws RangeError an offset that a double can not hold. */
  push({ requestId, at, source, folded, partition, offset }: ServedPlace): void {
    if (offset > Number.MAX_SAFE_INTEGER) throw new RangeError(`offset ${offset} is beyond what a replay can count`);
    this.#requestIds.push(requestId);
    this.#at.push(at);
    this.#sources.push(this.#numberOf(source));
    this.#folded.push(folded);
    this.#partitions.push(partition);
    this.#offsets.push(Number(offset));
  }

  placeOf(entry: number): ServedPlace {
    return {
      requestId: this.#requestIds[entry]!,
      at: this.#at[entry]!,
      source: this.#names[this.#sources[entry]!]!,
      folded: this.#folded[entry]!,
      partition: this.#partitions[entry]!,
      offset: BigInt(this.#offsets[entry]!),
    };
  }

  /** As each replica answered them: by replica, and within one by time and by how much it had folded. */
  inChains(): OrderedPlaces {
    const ranks = this.#ranksOfNames();
    return this.#ordered(
      (a, b) =>
        ranks[this.#sources[a]!]! - ranks[this.#sources[b]!]! ||
        this.#at[a]! - this.#at[b]! ||
        this.#folded[a]! - this.#folded[b]! ||
        this.#byId(a, b),
    );
  }

  inTime(): OrderedPlaces {
    return this.#ordered((a, b) => this.#at[a]! - this.#at[b]! || this.#byId(a, b));
  }

  #ordered(before: (a: number, b: number) => number): OrderedPlaces {
    return new OrderedPlaces(this, Uint32Array.from(this.#at, (_, entry) => entry).sort(before));
  }

  #byId(a: number, b: number): number {
    return byText(this.#requestIds[a]!, this.#requestIds[b]!);
  }

  #numberOf(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }

  #ranksOfNames(): readonly number[] {
    const sorted = this.#names.toSorted(byText);
    return this.#names.map((name) => sorted.indexOf(name));
  }
}

/** Places in one order. Each is made when it is asked for. */
export class OrderedPlaces {
  constructor(
    private readonly places: ServedPlaces,
    private readonly order: Uint32Array,
  ) {}

  get length(): number {
    return this.order.length;
  }

  at(cursor: number): ServedPlace | undefined {
    const entry = this.order[cursor];
    return entry === undefined ? undefined : this.places.placeOf(entry);
  }

  *[Symbol.iterator](): Generator<ServedPlace> {
    for (const entry of this.order) yield this.places.placeOf(entry);
  }
}
