/** How well scores tell chosen from passed over (`areaUnderCurve`), and how well scores that claim to be probabilities keep their word. */

/** Share of pairs of a wanted and an unwanted row in which the wanted one scores higher, ties counting half; null when there is no such pair. O(n log n). */
export const areaUnderCurve = (scores: ArrayLike<number>, gains: ArrayLike<number>): number | null => {
  const order = Array.from({ length: scores.length }, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  let [wanted, below, pairs] = [0, 0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    let wantedHere = 0;
    for (; to < order.length && scores[order[to]!] === scores[order[from]!]; to++) if (gains[order[to]!]! > 0) wantedHere++;
    const othersHere = to - from - wantedHere;
    pairs += wantedHere * (below + othersHere / 2);
    below += othersHere;
    wanted += wantedHere;
    from = to;
  }
  return wanted === 0 || below === 0 ? null : pairs / (wanted * below);
};

/** What was claimed in one range of probabilities, and what came true. */
export interface ReliabilityBin {
  readonly count: number;
  readonly claimed: number;
  readonly happened: number;
}

/** Bins of equal width over [0, 1] that hold anything, in order. @throws RangeError for a probability outside it. */
export const reliability = (probabilities: ArrayLike<number>, happened: ArrayLike<number>, bins = 10): ReliabilityBin[] => {
  const sums = Array.from({ length: bins }, () => ({ count: 0, claimed: 0, happened: 0 }));
  for (let row = 0; row < probabilities.length; row++) {
    const probability = probabilities[row]!;
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`not a probability: ${probability} in row ${row}`);
    const bin = sums[Math.min(bins - 1, Math.floor(probability * bins))]!;
    bin.count++;
    bin.claimed += probability;
    bin.happened += happened[row]! > 0 ? 1 : 0;
  }
  return sums
    .filter(({ count }) => count > 0)
    .map((bin) => ({ count: bin.count, claimed: bin.claimed / bin.count, happened: bin.happened / bin.count }));
};

/** Mean distance between what was claimed and what happened, over bins by their size. Source: Naeini et al., AAAI 2015. */
export const expectedCalibrationError = (probabilities: ArrayLike<number>, happened: ArrayLike<number>, bins = 10): number => {
  if (probabilities.length === 0) return 0;
  return reliability(probabilities, happened, bins).reduce(
    (sum, bin) => sum + (bin.count / probabilities.length) * Math.abs(bin.claimed - bin.happened),
    0,
  );
};
