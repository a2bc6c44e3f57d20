import { clamp, type Feature } from './feature.js';
import { upvoteHalfLives, type PaperSignals } from './signals.js';

const SHORT = upvoteHalfLives.indexOf(1);
const LONG = upvoteHalfLives.indexOf(24);
/** Votes an hour added to both rates, so that one lone vote does not read as a twentyfold rise. */
const REST = 0.05;

/**
 * Is it speeding up? log of (votes an hour lately) / (votes an hour over the day), both from decayed counts: a steady stream of r votes an hour gives
 * a decayed count of r * halfLife / ln 2, so count / halfLife compares rates. 0 = steady or quiet, positive = rising, negative = fading.
 */
export const velocity: Feature<PaperSignals> = {
  name: 'velocity',
  range: [-4, 8],
  read: (paper) => clamp(Math.log(((paper.upvotes[SHORT] ?? 0) / 1 + REST) / ((paper.upvotes[LONG] ?? 0) / 24 + REST)), -4, 8),
};
