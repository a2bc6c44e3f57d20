/**
 * Loss of expecting `exp(score)` votes where there were `gain`, and its derivative by the score: the negative log-likelihood of a
 * Tweedie distribution of this power (between Poisson, 1, and gamma, 2) but for terms without the score.
 * Source: Jorgensen, "Exponential dispersion models", 1987.
 */
export const tweedie = (score: number, gain: number, power: number): { readonly loss: number; readonly slope: number } => {
  const bounded = Math.min(score, MAX_SCORE);
  const expected = Math.exp(bounded * (2 - power));
  const seen = gain * Math.exp(bounded * (1 - power));
  return { loss: expected / (2 - power) - seen / (1 - power), slope: expected - seen };
};

/** e^12 votes: keeps a wild step early in training from overflowing. */
const MAX_SCORE = 12;
