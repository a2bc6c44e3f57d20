import type { Candidate, Scorer, Scores } from '../pipeline/stages.js';
import { roundScore } from './row-scoring.js';

/** Named parts that add up to the score. */
type Parts = Readonly<Record<string, number>>;

/** Scores that are the sum of their parts, which are their own explanation. */
export const additive = (
  model: { name: string; version: string },
  candidates: readonly Candidate[],
  partsOf: (candidate: Candidate) => Parts,
): Scores => {
  const parts = candidates.map(partsOf);
  const features = Object.keys(parts[0] ?? {});
  return {
    model,
    values: Float64Array.from(parts, (each) => roundScore(features.reduce((sum, name) => sum + each[name]!, 0))),
    features,
    rows: Float32Array.from(parts.flatMap((each) => features.map((name) => each[name]!))),
    degraded: [],
    explain: (rows) => Promise.resolve({ baseline: 0, contributions: rows.map((row) => parts[row]!) }),
  };
};

/** The score of one source as it stands: newest first, best match first. `unproposed` is for pinned papers that the source no longer names. */
export const scoreOf = (source: string, model: { name: string; version: string }): Scorer => ({
  name: model.name,
  score: (_query, candidates) =>
    Promise.resolve(
      additive(model, candidates, ({ findings }) => ({ [source]: findings.find((finding) => finding.source === source)?.score ?? 0 })),
    ),
});

/** Weight of co-reading beside content, which is a cosine and so at most 1. Co-reading scores are shrunken cosines with few readers: seldom above 0.5. */
const CO_READ_WEIGHT = 0.5;

/** Content and co-reading together, for papers like one paper. */
export const likeness: Scorer = {
  name: 'likeness',
  score: (_query, candidates) =>
    Promise.resolve(
      additive({ name: 'likeness', version: '1' }, candidates, ({ findings }) => ({
        similar: findings.find(({ source }) => source === 'similar')?.score ?? 0,
        'co-read': CO_READ_WEIGHT * (findings.find(({ source }) => source === 'co-read')?.score ?? 0),
      })),
    ),
};

/** Damps the lead of first places. Source: reciprocal rank fusion, Cormack et al., SIGIR 2009. */
const RRF_K = 60;

/** Reciprocal rank fusion of all sources but chance: the last resort when no model can be asked, and the permanent baseline to beat. Scores are times 100, to survive rounding. */
export const rankFusion: Scorer = {
  name: 'rank-fusion',
  score: (_query, candidates) =>
    Promise.resolve(
      additive({ name: 'rank-fusion', version: '1' }, candidates, ({ findings }) =>
        Object.fromEntries(
          ['trending', 'fresh', 'similar', 'co-read', 'followed', 'search'].map((source) => {
            const found = findings.find((finding) => finding.source === source);
            return [source, found === undefined ? 0 : 100 / (RRF_K + found.rank)];
          }),
        ),
      ),
    ),
};
