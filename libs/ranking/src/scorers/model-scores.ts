import type { Scores } from '../pipeline/stages.js';
import { shapleyByPermutation } from './contributions.js';
import { roundScore, type RowScoring } from './row-scoring.js';

/** Scores of one model and how to explain them. */
export const modelScores = async <S>(
  scoring: RowScoring<S>,
  signals: readonly S[],
  head: number,
  degraded: readonly string[] = [],
): Promise<Scores> => {
  const rows = scoring.rows(signals);
  const { names } = scoring;
  return {
    model: scoring.model,
    values: await scoring.score(rows, head),
    features: names,
    rows,
    degraded,
    async explain(explained) {
      const { baseline, values } = await shapleyByPermutation(rows, names.length, explained, (path) => scoring.score(path, head));
      const named = (credits: Float64Array): Record<string, number> =>
        Object.fromEntries(names.map((name, column) => [name, roundScore(credits[column]!)]));
      return { baseline, contributions: values.map(named) };
    },
  };
};
