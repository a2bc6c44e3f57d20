import { hackerNewsGravity, redditHot, upvoteHalfLives } from '#ranking';
import type { Candidate } from './story-moments.js';

/** A fixed way to order candidates: a score, greatest first. */
export type Formula = (candidate: Candidate) => number;

export const gravity =
  (exponent: number): Formula =>
  ({ votes, signals }) =>
    hackerNewsGravity(votes, signals.ageHours, exponent);

const decayed =
  (halfLife: number): Formula =>
  ({ signals }) =>
    signals.upvotes[halfLife] ?? 0;

export const HN_GRAVITY = 'HN gravity 1.8';
export const LAST_HOUR = 'votes of the last hour';

/** What a list could do with instead of a model. */
export const formulas: Readonly<Record<string, Formula>> = {
  'total votes': ({ votes }) => votes,
  newest: ({ signals }) => -signals.ageHours,
  'Reddit hot': ({ votes, signals }) => redditHot(votes, -3600 * signals.ageHours),
  [HN_GRAVITY]: gravity(1.8),
  [LAST_HOUR]: ({ lastHour }) => lastHour,
  ...Object.fromEntries(
    upvoteHalfLives.flatMap((hours, index) => (hours <= 48 ? [[`decayed votes, half-life ${hours} h`, decayed(index)] as const] : [])),
  ),
};

/** Exponents among which the best gravity of the training days is looked for. */
export const exponents = [0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.5, 3, 3.5, 4] as const;
