import { paperSignals } from '../features/paper-signals.js';
import { personalSignals, trendingScored } from '../features/personal-signals.js';
import type { PaperSignals, PersonalSignals } from '../features/signals.js';
import { standardised } from '../pipeline/standardised.js';
import type { Scorer } from '../pipeline/stages.js';
import { modelScores } from './model-scores.js';
import type { RowScoring } from './row-scoring.js';

/** The trending model's head of the day, whose score is one of the personal features. */
const DAY = 0;

/**
 * The personal model over candidates of all sources. Without the trending model it goes on with zeros in that one column, and says so.
 *
 * Everything is read of the state before the first model is waited for: records are folded while it runs, and features have to be those of the
 * positions that the answer names.
 */
export const personalModel = (personal: RowScoring<PersonalSignals>, trending: RowScoring<PaperSignals>, reserveMs: number): Scorer => ({
  name: 'personal-model',
  reserveMs,
  async score(query, candidates) {
    const papers = candidates.map(({ paper }) => paperSignals(query.state, paper, query.now));
    const unscored = personalSignals(query, candidates, papers);
    const day = await trending.score(trending.rows(papers), DAY).catch(() => null);
    const signals = trendingScored(unscored, standardised(day ?? new Float64Array(papers.length)));
    return modelScores(personal, signals, 0, day === null ? ['trending-model'] : []);
  },
});
