import type { Action } from '#contracts';

/** Numbers of actions in counts, rings and snapshots: 4 bits. Never renumber; new actions take the next free number. */
export const actionCodes = {
  upvote: 0,
  save: 1,
  hide: 2,
  follow: 3,
  mute: 4,
  rate: 5,
  seed: 6,
  impression: 7,
  open: 8,
  outbound: 9,
  dwell: 10,
  share: 11,
  search: 12,
  comment: 13,
} as const satisfies Record<Action, number>;
