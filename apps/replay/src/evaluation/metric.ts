import { averagePrecision, hit, ndcg, recall, reciprocalRank } from '#ranking';

/** Told from the order of a slate and what the reader did with it: means over requests on which something was done. */
export const rankingMetrics = ['ndcg', 'mrr', 'recall', 'map', 'hit'] as const;
/** Told from what is listed: `novelty` a mean over all requests, `coverage` and `calibration` figures of a side as a whole. */
export const listMetrics = ['novelty', 'coverage', 'calibration'] as const;
const needsDepth: readonly string[] = ['ndcg', 'recall', 'hit'];
const takesDepth: readonly string[] = [...needsDepth, 'novelty', 'coverage'];

export type RankingMetricName = (typeof rankingMetrics)[number];
export type ListMetricName = (typeof listMetrics)[number];

export interface Metric {
  /** As typed: `ndcg@10`. */
  readonly name: string;
  readonly measure: RankingMetricName | ListMetricName;
  /** How far down a slate it looks; Infinity for all of it. */
  readonly depth: number;
}

export const isRanking = (metric: Metric): metric is Metric & { readonly measure: RankingMetricName } =>
  (rankingMetrics as readonly string[]).includes(metric.measure);

/** A metric by its name, or a sentence about what is wrong with it. */
export const parseMetric = (name: string): Metric | string => {
  const [, word, depth] = /^([a-z]+)(?:@([1-9]\d{0,3}))?$/.exec(name) ?? [];
  const measure = [...rankingMetrics, ...listMetrics].find((known) => known === word);
  if (measure === undefined)
    return `${name}: must be one of ${[...rankingMetrics, ...listMetrics].map((known) => (takesDepth.includes(known) ? `${known}@K` : known)).join(', ')}`;
  if (depth === undefined && needsDepth.includes(measure)) return `${name}: must say how deep it looks, such as ${measure}@10`;
  if (depth !== undefined && !takesDepth.includes(measure)) return `${name}: ${measure} looks at whole lists and takes no depth`;
  return { name, measure, depth: depth === undefined ? Infinity : Number(depth) };
};

/** One slate against what was relevant. Papers are numbers. */
export interface Judged {
  readonly papers: readonly number[];
  /** Gain of each relevant paper, above 0. */
  readonly gains: ReadonlyMap<number, number>;
  /** Where the one relevant paper stands in the whole ranking, of which `papers` are the beginning; null when it is not in it, undefined when only the slate is known. */
  readonly place?: number | null | undefined;
}

/** Value of a ranking metric, 0 to 1. */
export const valueOf = ({ measure, depth }: Metric & { readonly measure: RankingMetricName }, judged: Judged): number => {
  const { papers, gains, place } = judged;
  if (place !== undefined) return ofSingle(measure, depth, place);
  switch (measure) {
    case 'ndcg':
      return ndcg(papers, gains, depth);
    case 'mrr':
      return reciprocalRank(papers, gains);
    case 'recall':
      return recall(papers, gains, depth);
    case 'map':
      return averagePrecision(papers, gains);
    case 'hit':
      return hit(papers, gains, depth);
  }
};

/** With one relevant paper every measure is a function of its place, which may lie beyond the slate. */
const ofSingle = (measure: RankingMetricName, depth: number, place: number | null): number => {
  if (place === null || place >= depth) return 0;
  if (measure === 'ndcg') return 1 / Math.log2(place + 2);
  return measure === 'mrr' || measure === 'map' ? 1 / (place + 1) : 1;
};
