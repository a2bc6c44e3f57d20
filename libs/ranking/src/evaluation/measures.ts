/**
 * Measures of one ranked list against what turned out to be relevant. All are 0 when nothing is relevant; a repeated id counts once, at its first place.
 */

/** Which ids are relevant: a set, or the keys of a map. */
export type Relevant<Id> = Pick<ReadonlySet<Id>, 'has' | 'size'>;

const discount = (place: number): number => 1 / Math.log2(place + 2);

/**
 * NDCG@k with linear gain: sum of gain / log2(place + 2) over the first k, divided by the same of the best order there could be.
 * @param gains what each relevant id is worth (> 0); ids not in it are worth nothing.
 */
export const ndcg = <Id>(ranked: readonly Id[], gains: ReadonlyMap<Id, number>, k: number): number => {
  const ideal = [...gains.values()].filter((gain) => gain > 0).sort((a, b) => b - a);
  const best = ideal.slice(0, k).reduce((sum, gain, place) => sum + gain * discount(place), 0);
  if (best === 0) return 0;
  const counted = new Set<Id>();
  let sum = 0;
  ranked.slice(0, k).forEach((id, place) => {
    if (counted.has(id)) return;
    counted.add(id);
    sum += Math.max(0, gains.get(id) ?? 0) * discount(place);
  });
  return sum / best;
};

/** Share of the relevant ids that the first k hold, out of as many as k could hold. */
export const recall = <Id>(ranked: readonly Id[], relevant: Relevant<Id>, k: number): number => {
  if (relevant.size === 0 || k <= 0) return 0;
  const found = new Set(ranked.slice(0, k).filter((id) => relevant.has(id)));
  return found.size / Math.min(k, relevant.size);
};

/** 1 / place (from 1) of the first relevant id; 0 when none is ranked. */
export const reciprocalRank = <Id>(ranked: readonly Id[], relevant: Relevant<Id>): number => {
  const place = ranked.findIndex((id) => relevant.has(id));
  return place < 0 ? 0 : 1 / (place + 1);
};

/** Mean, over the relevant ids, of the precision at the place of each; what is not ranked counts 0. */
export const averagePrecision = <Id>(ranked: readonly Id[], relevant: Relevant<Id>): number => {
  const found = new Set<Id>();
  let sum = 0;
  ranked.forEach((id, place) => {
    if (!relevant.has(id) || found.has(id)) return;
    found.add(id);
    sum += found.size / (place + 1);
  });
  return relevant.size === 0 ? 0 : sum / relevant.size;
};

/** 1 when the first k hold anything relevant, else 0. */
export const hit = <Id>(ranked: readonly Id[], relevant: Relevant<Id>, k: number): number =>
  ranked.slice(0, k).some((id) => relevant.has(id)) ? 1 : 0;

/** What a place is worth to who reads from the top: 1, 0.63, 0.5, ...; the weights of `ndcg`. @param place from 0. */
export const attention = discount;

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
