/**
 * What lists are like besides being right: how much of the catalogue they show, how little known it is, and whether a reader's topics come in the shares the reader gave them.
 */

/** Share of the catalogue that appears in any of the lists. */
export const catalogueCoverage = (lists: Iterable<readonly (string | number)[]>, catalogueSize: number): number => {
  const shown = new Set<string | number>();
  for (const list of lists) for (const item of list) shown.add(item);
  return catalogueSize <= 0 ? 0 : shown.size / catalogueSize;
};

/**
 * Mean self-information of a list in bits: `-log2 p(item)`, with p the share of readers who chose the item, one imagined reader added to every item so that what
 * nobody chose is finite. Source: Zhou et al., PNAS 2010.
 * @param readersOf how many of the `readers` chose each item of the list.
 */
export const novelty = (readersOf: readonly number[], readers: number): number => {
  if (readersOf.length === 0) return 0;
  let bits = 0;
  for (const chose of readersOf) bits -= Math.log2((chose + 1) / (readers + 1));
  return bits / readersOf.length;
};

/** Topic -> share, summing to 1; empty when there are no topics. */
export type TopicShares = ReadonlyMap<string, number>;

/** Every item gives its topics equal parts of one. */
export const topicShares = (items: Iterable<readonly string[]>): TopicShares => {
  const sums = new Map<string, number>();
  let total = 0;
  for (const topics of items) {
    if (topics.length === 0) continue;
    total++;
    for (const topic of topics) sums.set(topic, (sums.get(topic) ?? 0) + 1 / topics.length);
  }
  return new Map([...sums].map(([topic, sum]) => [topic, sum / total]));
};

/**
 * How far a list's topics are from those of the reader's history: Kullback-Leibler divergence of `wanted` from `shown`, in nats, `shown` mixed with a little of `wanted` so that a
 * missing topic costs much but not infinitely. 0 = every topic in the share the reader gave it. Source: Steck, "Calibrated recommendations", RecSys 2018.
 */
export const miscalibration = (wanted: TopicShares, shown: TopicShares, mixed = 0.01): number => {
  let divergence = 0;
  for (const [topic, share] of wanted) {
    if (share <= 0) continue;
    divergence += share * Math.log(share / ((1 - mixed) * (shown.get(topic) ?? 0) + mixed * share));
  }
  return divergence;
};
