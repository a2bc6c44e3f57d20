import { periods } from '#contracts';
import { paperSignals } from '../features/paper-signals.js';
import type { PaperSignals } from '../features/signals.js';
import type { Scorer } from '../pipeline/stages.js';
import { modelScores } from './model-scores.js';
import type { RowScoring } from './row-scoring.js';

/** The trending model, by the head of the period asked for. Papers without a vote are ranked by age and origin: nothing is left out. */
export const trendingModel = (scoring: RowScoring<PaperSignals>): Scorer => ({
  name: 'trending-model',
  score: (query, candidates) =>
    modelScores(
      scoring,
      candidates.map(({ paper }) => paperSignals(query.state, paper, query.now)),
      periods.indexOf(query.request.period),
    ),
});
