import type { EpochMs } from '#contracts';
import type { Outcome } from '../files/run-files.js';
import type { EntryWatch, FoldedEntry } from './watch.js';

/** A client's clock may run behind the ranker's: what it says happened this long before the answer may still be of the answer. */
const CLOCKS_APART_MS = 5 * 60_000;

/** Whether what happened at `time` may be an outcome of what was answered at `asked`. */
export const isOutcomeOf = (asked: EpochMs, time: EpochMs, withinMs: number): boolean =>
  time >= asked - CLOCKS_APART_MS && time <= asked + withinMs;

/** Finds what readers did on the replayed requests. */
export class OutcomeWatch implements EntryWatch {
  constructor(
    /** When each replayed request was answered. */
    private readonly asked: ReadonlyMap<string, EpochMs>,
    private readonly withinMs: number,
    private readonly found: (outcome: Outcome) => void | Promise<void>,
  ) {}

  folded({ entry: { decoded, time }, outcome, told }: FoldedEntry): void | Promise<void> {
    if (!told || decoded.kind !== 'interaction' || outcome === 'duplicate') return;
    const { requestId, target, action, on, value, position } = decoded.event.data;
    const asked = requestId === undefined ? undefined : this.asked.get(requestId);
    if (requestId === undefined || asked === undefined || target.kind !== 'paper') return;
    if (!isOutcomeOf(asked, time, this.withinMs)) return;
    return this.found({
      requestId,
      paperId: target.id,
      action,
      at: new Date(time).toISOString(),
      ...(on === undefined ? {} : { on }),
      ...(value === undefined ? {} : { value }),
      ...(position === undefined ? {} : { position }),
    });
  }
}
