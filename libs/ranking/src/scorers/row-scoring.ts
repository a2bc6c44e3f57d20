import type { Feature } from '../features/feature.js';
import type { RowScorer } from '../ports.js';
import { FeatureListFailure } from './feature-list.failure.js';
import { ScoreFailure } from './score.failure.js';

const SCALE = 1e6;

export const roundScore = (score: number): number => Math.round(score * SCALE) / SCALE;

/**
 * A model with the features it reads: fills rows in the model's column order and asks for scores. Generic in the signals, so the same code serves trending and personal models, replay and training.
 */
export class RowScoring<S> {
  /** @throws {FeatureListFailure} the model's columns or heads are not those of this code. */
  constructor(
    private readonly scorer: RowScorer,
    private readonly features: readonly Feature<S>[],
    heads: number,
  ) {
    const problem = misfit(scorer, features, heads);
    if (problem !== null) throw new FeatureListFailure({ model: scorer.name, version: scorer.version, problem });
  }

  get model(): { readonly name: string; readonly version: string } {
    return { name: this.scorer.name, version: this.scorer.version };
  }

  get names(): readonly string[] {
    return this.scorer.features;
  }

  /** float32 [signals, features], row-major. */
  rows(signals: readonly S[]): Float32Array {
    const width = this.features.length;
    const rows = new Float32Array(signals.length * width);
    signals.forEach((signal, row) => this.features.forEach((feature, column) => (rows[row * width + column] = feature.read(signal))));
    return rows;
  }

  /**
   * One head's score of each row, rounded to 1e-6.
   * @throws {ScoreFailure} the model answered too few scores, or one that is not finite.
   */
  async score(rows: Float32Array, head: number): Promise<Float64Array> {
    const count = rows.length / this.features.length;
    if (count === 0) return new Float64Array(0);
    const { heads } = this.scorer;
    const answer = await this.scorer.score(rows, count);
    const scores = Float64Array.from({ length: count }, (_, row) => roundScore(answer[row * heads + head] ?? NaN));
    if (!scores.every(Number.isFinite)) throw new ScoreFailure({ ...this.model, rows: count });
    return scores;
  }
}

const misfit = <S>({ features, heads }: RowScorer, ours: readonly Feature<S>[], wantedHeads: number): string | null => {
  if (heads < wantedHeads) return `it has ${heads} head(s), ${wantedHeads} wanted`;
  if (features.length !== ours.length) return `it has ${features.length} features, the code has ${ours.length}`;
  const at = ours.findIndex(({ name }, column) => features[column] !== name);
  return at < 0 ? null : `column ${at} is ${features[at] ?? 'missing'}, the code has ${ours[at]!.name}`;
};
