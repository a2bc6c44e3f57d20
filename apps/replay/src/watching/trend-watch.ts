import type { EpochMs } from '#contracts';
import type { Trend } from '../files/run-files.js';
import type { EntryWatch, FoldedEntry, MomentWatch } from './watch.js';

const HOUR_MS = 3_600_000;
/** Full hours are told of until this long after the last interaction: nobody needs a year of the same list. */
const SILENCE_MS = 24 * HOUR_MS;

/** Looks at the trending papers at each full hour of the replayed stretch. */
export class TrendWatch implements EntryWatch, MomentWatch {
  next: EpochMs = Infinity;
  #heard: EpochMs = -Infinity;

  constructor(
    private readonly topAt: (at: EpochMs) => Promise<Trend['top']>,
    private readonly found: (trend: Trend) => void | Promise<void>,
  ) {}

  folded({ entry, at, outcome, told }: FoldedEntry): void {
    if (!told || entry.decoded.kind !== 'interaction' || outcome === 'late') return;
    if (at > this.#heard) this.#heard = at;
    if (this.next === Infinity) this.next = (Math.floor(at / HOUR_MS) + 1) * HOUR_MS;
  }

  async reach(): Promise<void> {
    const at = this.next;
    await this.found({ at: new Date(at).toISOString(), top: await this.topAt(at) });
    this.next = at + HOUR_MS > this.#heard + SILENCE_MS ? Infinity : at + HOUR_MS;
  }
}
