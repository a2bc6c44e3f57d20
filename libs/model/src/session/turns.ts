/** Runs pieces of work one after the other, in the order they came. A piece that fails does not stop the ones behind it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn;
    return turn;
  }

  /** Resolves when everything taken so far has ended, well or not. */
  async idle(): Promise<void> {
    await this.#last.catch(() => undefined);
  }
}
