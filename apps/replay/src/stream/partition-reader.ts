import type { StoredRecord } from '#event-log';
import type { StreamSource } from './stream.js';

/** Records of one partition one by one; the next chunk is read while this one is used. */
export class PartitionReader {
  readonly #chunks: AsyncIterator<readonly StoredRecord[]>;
  #chunk: readonly StoredRecord[] = [];
  #index = 0;
  #coming: Promise<IteratorResult<readonly StoredRecord[]>> | null = null;
  #over = false;

  constructor(
    source: Pick<StreamSource, 'read'>,
    readonly topic: string,
    readonly partition: number,
    from: bigint,
    to: bigint,
  ) {
    this.#chunks = source.read(topic, partition, from, to)[Symbol.asyncIterator]();
  }

  /** What `peek` would answer; undefined when it would have to wait. */
  get head(): StoredRecord | null | undefined {
    return this.#chunk[this.#index] ?? (this.#over ? null : undefined);
  }

  /** The next record without taking it; null at the end of the range. */
  async peek(): Promise<StoredRecord | null> {
    while (this.head === undefined) await this.#turn();
    return this.head;
  }

  /** Takes the next record; null at the end of the range. */
  async next(): Promise<StoredRecord | null> {
    const record = this.head ?? (await this.peek());
    if (record !== null) this.#index++;
    return record;
  }

  /** To be called when not all was read. */
  async close(): Promise<void> {
    this.#over = true;
    this.#chunk = [];
    await this.#coming?.catch(() => undefined);
    await this.#chunks.return?.();
  }

  async #turn(): Promise<void> {
    const came = await (this.#coming ?? this.#chunks.next());
    if (this.#over) return;
    if (came.done === true) {
      this.#over = true;
      return;
    }
    this.#chunk = came.value;
    this.#index = 0;
    this.#coming = this.#chunks.next();
    this.#coming.catch(() => undefined); // told when it is waited for
  }
}
