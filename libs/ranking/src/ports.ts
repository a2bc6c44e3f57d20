/**
 * What the pure core asks of the outside world. `libs/model` implements these with ONNX sessions; tests may pass plain functions.
 * Nothing here reads a clock or a random source: time and seeds are arguments of the calls that need them.
 */

/** Scores feature rows with a model. */
export interface RowScorer {
  readonly name: string;
  readonly version: string;
  /** Feature names in column order; the pipeline fills rows in exactly this order. */
  readonly features: readonly string[];
  /** Number of outputs a row (1 for the personal model, one per period for the trending model). */
  readonly heads: number;
  /**
   * In: `rows` float32 [count, features.length] row-major. Out: float32 [count, heads], rounded to 1e-6, rows in input order.
   * @throws a Failure when an output is not finite; never answers part of the rows.
   */
  score(rows: Float32Array, count: number): Promise<Float32Array>;
}

/** Turns title and abstract into a unit-norm content vector. Deterministic for one version on one machine. */
export interface PaperEncoder {
  readonly name: string;
  readonly version: string;
  readonly dimensions: number;
  /** Vectors in input order; a text without a known word gives the zero vector. */
  encode(papers: readonly { readonly title: string; readonly abstract: string }[]): Promise<readonly Float32Array[]>;
}
