/**
 * Sizes and versions a state is built with. All replicas of one log must agree on them: everything but the encoder enters the state hash,
 * since rings of different length are different states.
 */
export interface StateConfig {
  /** Length of content vectors. */
  readonly dimensions: number;
  /** Name and version of the encoder that made them, e.g. `encoder@1`. Vectors of another encoder are dropped on restore and made again. */
  readonly encoderVersion: string;
  /** Actions remembered per reader. */
  readonly ringSize: number;
  /** Impressions remembered per reader. */
  readonly exposureSize: number;
  /** Readers remembered per paper for co-reading: those with the smallest hash, so the choice does not depend on order. */
  readonly coReaders: number;
}

export const defaultStateConfig = {
  dimensions: 128,
  encoderVersion: 'none',
  ringSize: 200,
  exposureSize: 64,
  coReaders: 64,
} as const satisfies StateConfig;

/**
 * What folding one record did. `applied`: it is in the state. `duplicate`: its id (or, for a paper, this very content) was folded before.
 * `superseded`: counted as seen, but a later writer of the same register stands. `late`: beyond the acceptance window, left out of online state.
 */
export type FoldOutcome = 'applied' | 'duplicate' | 'superseded' | 'late';
