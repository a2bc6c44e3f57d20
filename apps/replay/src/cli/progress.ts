const EVERY_MS = 2000;
const count = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Seconds as people say them: `8 s`, `3 min`, `2 h 10 min`. */
export const duration = (seconds: number): string => {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** Says how far work is, how fast it goes and how long it will take, every two seconds; work that is done sooner is not spoken of. */
export class Progress {
  readonly #began: number;
  #said: number;
  #last: { readonly done: number; readonly unit: string } | null = null;

  /** @param now a clock in milliseconds */
  constructor(
    private readonly say: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#began = this.#said = now();
  }

  /**
   * @param total null when it is not known
   * @param unit what is counted, in the plural: `records`
   */
  update(done: number, total: number | null, unit: string): void {
    this.#last = { done, unit };
    const now = this.now();
    if (now - this.#said < EVERY_MS) return;
    this.#said = now;
    const rate = this.rateAt(now, done);
    const left = total === null || rate <= 0 ? '' : `, ${duration(Math.max(0, total - done) / rate)} left`;
    const part = total === null ? '' : ` of ${count.format(total)} (${Math.floor((100 * done) / Math.max(1, total))} %)`;
    this.say(`${count.format(done)}${part} ${unit}, ${count.format(rate)}/s${left}`);
  }

  /** The whole of it in one line, if it took long enough to speak of. */
  end(): void {
    const now = this.now();
    if (this.#last === null || now - this.#began < EVERY_MS) return;
    const { done, unit } = this.#last;
    this.say(`${count.format(done)} ${unit} in ${duration((now - this.#began) / 1000)}, ${count.format(this.rateAt(now, done))}/s`);
  }

  private rateAt(now: number, done: number): number {
    return done / Math.max(0.001, (now - this.#began) / 1000);
  }
}
