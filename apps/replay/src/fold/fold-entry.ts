import { foldDecoded, type FoldOutcome, type RankingState } from '#ranking';
import type { LogEntry } from './log-entry.js';

/** How one record ended, as in the live fold. */
export type EntryOutcome = FoldOutcome | 'unreadable' | 'unfoldable';

/** Folds one entry. A record that makes the fold throw is passed over, as the live fold does after parking it. */
export const foldEntry = (state: RankingState, { record, decoded, vector }: LogEntry): EntryOutcome => {
  const outcome = outcomeOf(state, decoded, vector);
  state.advance(record.topic, record.partition, record.offset + 1n);
  return outcome;
};

const outcomeOf = (state: RankingState, decoded: LogEntry['decoded'], vector: LogEntry['vector']): EntryOutcome => {
  if (decoded.kind === 'unreadable') return 'unreadable';
  try {
    return foldDecoded(state, decoded, vector);
  } catch {
    return 'unfoldable';
  }
};
