/** Watches what a training costs and says how far it is. Time comes in as a stopwatch, lines go out to a printer. */
export class RunMeter {
  readonly #start: number;
  #peakBytes = 0;

  constructor(
    private readonly name: string,
    private readonly print: (line: string) => void,
    private readonly stopwatch: () => number = () => performance.now(),
  ) {
    this.#start = stopwatch();
    this.sample();
  }

  /** One progress line: seconds since the start, memory now, what happened. */
  say(text: string): void {
    this.sample();
    this.print(
      `${this.name} ${((this.stopwatch() - this.#start) / 1000).toFixed(1).padStart(6)} s ${this.memoryMb(process.memoryUsage().rss).toString().padStart(5)} MB  ${text}`,
    );
  }

  get minutes(): number {
    return Math.round((this.stopwatch() - this.#start) / 600) / 100;
  }

  /** Largest resident size so far, in MB: the kernel's own high-water mark where there is one. */
  get peakMemoryMb(): number {
    this.sample();
    return this.memoryMb(Math.max(this.#peakBytes, process.resourceUsage().maxRSS * 1024));
  }

  private sample(): void {
    this.#peakBytes = Math.max(this.#peakBytes, process.memoryUsage().rss);
  }

  private memoryMb(bytes: number): number {
    return Math.round(bytes / 1_048_576);
  }
}
