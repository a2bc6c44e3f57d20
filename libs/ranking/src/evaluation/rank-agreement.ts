/** How alike two rankings of a request are. Lists may hold different items and be of different length; a list holds no item twice. */

/**
 * Kendall's tau of the order of the items that both hold: 1 = the same order, -1 = reversed; null for fewer than two. Lists have no ties, so that tau-a and tau-b agree. O(n log n).
 * Source: Kendall, Biometrika 1938; by counting inversions, Knight, JASA 1966.
 */
export const kendallTau = <Id>(first: readonly Id[], second: readonly Id[]): number | null => {
  const placeIn = new Map(second.map((id, place) => [id, place]));
  const places = first.flatMap((id) => placeIn.get(id) ?? []);
  const pairs = (places.length * (places.length - 1)) / 2;
  return pairs === 0 ? null : 1 - (2 * inversions(places)) / pairs;
};

/** Pairs that stand in falling order, by merge sort; sorts in place. */
const inversions = (values: number[]): number => {
  if (values.length < 2) return 0;
  const [left, right] = [values.slice(0, values.length >> 1), values.slice(values.length >> 1)];
  let count = inversions(left) + inversions(right);
  let [l, r] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    if (r >= right.length || (l < left.length && left[l]! <= right[r]!)) values[at] = left[l++]!;
    else {
      values[at] = right[r++]!;
      count += left.length - l;
    }
  }
  return count;
};

/** Share of the first k that both have in common, of as many as either could fill; 1 for two empty lists. */
export const overlapAt = <Id>(first: readonly Id[], second: readonly Id[], k: number): number => {
  const [a, b] = [new Set(first.slice(0, k)), second.slice(0, k)];
  const places = Math.max(a.size, b.length);
  return places === 0 ? 1 : b.filter((id) => a.has(id)).length / places;
};

/**
 * Rank-biased overlap, extrapolated to lists that go on for ever: agreement at every depth, each worth `p` times the one before; 1 = the same, 0 = nothing in common.
 * The first 10 places hold 86 % of the weight at p = 0.9. Source: Webber, Moffat and Zobel, TOIS 2010, equation 32.
 */
export const rankBiasedOverlap = <Id>(first: readonly Id[], second: readonly Id[], p = 0.9): number => {
  const [short, long] = first.length <= second.length ? [first, second] : [second, first];
  if (long.length === 0) return 1;
  if (short.length === 0) return 0;
  const [inShort, inLong] = [new Set<Id>(), new Set<Id>()];
  let [common, commonAtShort, sum] = [0, 0, 0];
  for (let depth = 1; depth <= long.length; depth++) {
    const fromLong = long[depth - 1]!;
    const fromShort = short[depth - 1];
    if (inShort.has(fromLong)) common++;
    inLong.add(fromLong);
    if (depth <= short.length && fromShort !== undefined) {
      if (inLong.has(fromShort)) common++;
      inShort.add(fromShort);
    }
    if (depth === short.length) commonAtShort = common;
    sum += (common / depth) * p ** depth;
    if (depth > short.length) sum += ((commonAtShort * (depth - short.length)) / (short.length * depth)) * p ** depth;
  }
  const beyond = ((common - commonAtShort) / long.length + commonAtShort / short.length) * p ** long.length;
  return ((1 - p) / p) * sum + beyond;
};
