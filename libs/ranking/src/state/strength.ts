import { actionCodes } from './action-codes.js';

/** An action as the ring remembers it. */
interface Remembered {
  readonly action: number;
  /** Tenths of a star for `rate`, seconds for `dwell`. */
  readonly value: number;
}

/** What one action says for the paper, in upvotes. Starting values by judgement; the learned encoder replaces them. */
const worth: Readonly<Record<number, number>> = {
  [actionCodes.save]: 1.5,
  [actionCodes.seed]: 1.5,
  [actionCodes.upvote]: 1,
  [actionCodes.share]: 1,
  [actionCodes.comment]: 0.8,
  [actionCodes.outbound]: 0.6,
  [actionCodes.open]: 0.4,
};

/** Seconds of reading that count in full. */
const FULL_DWELL_SECONDS = 60;
/** Below this a dwell is a glance. */
const GLANCE_SECONDS = 10;
/** Three stars, in tenths: neither for nor against. */
const NEUTRAL_STARS = 30;

/** How much an action speaks for a paper; negative speaks against it, 0 says nothing. Hiding is kept apart: see `aversion` of the reader's view. */
export const strengthOf = ({ action, value }: Remembered): number => {
  if (action === actionCodes.rate) return (value - NEUTRAL_STARS) / 20;
  if (action === actionCodes.dwell) return value < GLANCE_SECONDS ? 0 : 0.5 * Math.min(1, value / FULL_DWELL_SECONDS);
  return worth[action] ?? 0;
};

/** Whether the reader chose the paper: these make history and co-reading. */
export const isEngagement = (entry: Remembered): boolean => strengthOf(entry) > 0;

const readActions = new Set<number>([actionCodes.open, actionCodes.outbound, actionCodes.dwell, actionCodes.share, actionCodes.comment]);

/** Occurrences after which a paper counts as read. Upvotes and saves count by their registers, since they can be undone. */
export const isRead = (action: number): boolean => readActions.has(action);
