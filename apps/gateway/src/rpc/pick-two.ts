/**
 * Two candidates at random, the less busy of them. Spreads load almost as well as asking all, without herding onto the one that was
 * idle a moment ago (Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
 *
 * @param random a number in [0, 1) a call
 */
export const pickTwo = <T extends { readonly inFlight: number }>(candidates: readonly T[], random: () => number): T | undefined => {
  if (candidates.length < 2) return candidates[0];
  const first = Math.floor(random() * candidates.length);
  const second = (first + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length;
  const [a, b] = [candidates[first], candidates[second]];
  return a !== undefined && b !== undefined && b.inFlight < a.inFlight ? b : a;
};
