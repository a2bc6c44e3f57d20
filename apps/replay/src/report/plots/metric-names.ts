/** Metrics as `eval` names them -> as people write them. */
const names: Readonly<Record<string, string>> = {
  ndcg: 'NDCG',
  mrr: 'MRR',
  map: 'MAP',
  recall: 'Recall',
  hit: 'Hit rate',
  coverage: 'Coverage',
  novelty: 'Novelty, bits',
  calibration: 'Calibration error',
};

/** `ndcg@10` -> `NDCG@10`. */
export const metricName = (metric: string): string => {
  const [stem = '', depth] = metric.split('@');
  const name = names[stem] ?? stem;
  return depth === undefined ? name : `${name}@${depth}`;
};
