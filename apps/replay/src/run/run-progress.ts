import { Progress } from '../cli/progress.js';
import type { EngineProgress } from '../rerank/engine-types.js';

/**
 * Tells how far a run is. Folding and ranking go on by turns, so one figure counts both: a ranked request stands for as many records as take its time.
 */
export class RunProgress {
  readonly #records: Progress;
  #requests: EngineProgress | null = null;

  constructor(say: (line: string) => void, now?: () => number) {
    this.#records = new Progress((line) => say(`${line}${this.requestsText()}`), now);
  }

  update(progress: EngineProgress): void {
    this.#requests = progress;
    this.#records.update(progress.records, progress.ofRecords, 'records');
  }

  merging(): void {
    this.#records.end();
  }

  private requestsText(): string {
    if (this.#requests === null || this.#requests.ofRequests === 0) return '';
    const { requests, ofRequests } = this.#requests;
    return `; ${requests}${ofRequests === null ? '' : ` of ${ofRequests}`} requests ranked`;
  }
}
