import { Failure } from '#contracts';

/** A model answered with something that is not one finite score a row. The pipeline goes on without it and says so. */
export class ScoreFailure extends Failure {
  readonly code = 'RANKING_SCORE';
  readonly retryable = false;

  constructor(details: { readonly name: string; readonly version: string; readonly rows: number }) {
    super(`model ${details.name} ${details.version} did not give one finite score for each of ${details.rows} row(s)`, details);
  }
}
