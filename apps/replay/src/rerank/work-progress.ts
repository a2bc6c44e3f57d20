import type { EngineProgress, EngineSink } from './engine-types.js';

/** Adds up what the passes of a replay have done. */
export class WorkProgress {
  #records = 0;
  #ofRecords = 0;
  #requests = 0;
  #ofRequests: number | null = null;

  constructor(private readonly sink: Pick<EngineSink, 'progress'>) {}

  /** A pass begins that will read so many records. */
  expect(records: number): void {
    this.#ofRecords += records;
  }

  expectRequests(requests: number): void {
    this.#ofRequests = requests;
  }

  read(records: number): void {
    this.#records += records;
    // A replica's restart takes another fold than was foreseen.
    this.#ofRecords = Math.max(this.#ofRecords, this.#records);
    this.#tell();
  }

  ranked(): void {
    this.#requests += 1;
    this.#tell();
  }

  #tell(): void {
    const progress: EngineProgress = {
      records: this.#records,
      ofRecords: this.#ofRecords,
      requests: this.#requests,
      ofRequests: this.#ofRequests,
    };
    this.sink.progress?.(progress);
  }
}
