/** A binary heap: `top` is one that no other comes before. */
export class Heap<T> {
  readonly #items: T[] = [];

  constructor(private readonly before: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.#items.length;
  }

  get top(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#items.push(item);
    this.#rise(this.#items.length - 1);
  }

  pop(): T | undefined {
    const top = this.#items[0];
    const last = this.#items.pop();
    if (this.#items.length > 0 && last !== undefined) {
      this.#items[0] = last;
      this.topChanged();
    }
    return top;
  }

  /** To be called after what the top is ordered by has grown. */
  topChanged(): void {
    const items = this.#items;
    const moved = items[0]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.before(items[child + 1]!, items[child]!)) child += 1;
      if (!this.before(items[child]!, moved)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = moved;
  }

  #rise(from: number): void {
    const items = this.#items;
    const moved = items[from]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(moved, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = moved;
  }
}
