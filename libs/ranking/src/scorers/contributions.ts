/** Scores rows of `width` features, one value a row. */
export type ScoreRows = (rows: Float32Array) => Promise<ArrayLike<number>>;

export interface Contributions {
  /** Score of the list's mean row. */
  readonly baseline: number;
  /** Per explained row, per column; each row adds up to its score minus the baseline. */
  readonly values: readonly Float64Array[];
}

/**
 * Splits scores over features: Shapley values by permutation sampling, with one order of the columns and its reverse (antithetic), against the mean row of the list.
 *
 * Starting from the mean row, the item's features are put in one after the other; what the score moves by is that feature's. The moves telescope, so they add up to score - baseline exactly (up to
 * the scorer's own rounding), whatever the model. Two opposite orders halve the credit that interacting features take from each other. 2 * columns + 1 evaluations an item, all items in
 * one call of the scorer. Source: Strumbelj and Kononenko, JMLR 2010; antithetic pairs: Mitchell et al., JMLR 2022.
 */
export const shapleyByPermutation = async (
  all: Float32Array,
  width: number,
  explained: readonly number[],
  score: ScoreRows,
): Promise<Contributions> => {
  const base = meanRow(all, width);
  const steps = 2 * width + 1;
  const rows = new Float32Array(width + explained.length * steps * width);
  rows.set(base);
  explained.forEach((row, i) => fillPath(rows.subarray((1 + i * steps) * width), base, all.subarray(row * width, (row + 1) * width)));
  const scores = await score(rows);
  const baseline = scores[0]!;
  return { baseline, values: explained.map((_, i) => creditsOf(scores, 1 + i * steps, baseline, width)) };
};

/** Rows of one item: forward path (1..width columns put in), then backward path (0..width columns put in, the last columns first). */
const fillPath = (into: Float32Array, base: Float32Array, item: Float32Array): void => {
  const width = base.length;
  for (let put = 1; put <= width; put++) {
    into.set(item.subarray(0, put), (put - 1) * width);
    into.set(base.subarray(put), (put - 1) * width + put);
  }
  for (let put = 0; put <= width; put++) {
    const at = (width + put) * width;
    into.set(base.subarray(0, width - put), at);
    into.set(item.subarray(width - put), at + width - put);
  }
};

const creditsOf = (scores: ArrayLike<number>, from: number, baseline: number, width: number): Float64Array => {
  const credits = new Float64Array(width);
  for (let column = 0; column < width; column++) {
    const before = column === 0 ? baseline : scores[from + column - 1]!;
    const forward = scores[from + column]! - before;
    // Backward path: with k columns from the right put in, column width - k was the last of them.
    const put = width - column;
    const backward = scores[from + width + put]! - scores[from + width + put - 1]!;
    credits[column] = (forward + backward) / 2;
  }
  return credits;
};

const meanRow = (rows: Float32Array, width: number): Float32Array => {
  const count = rows.length / width;
  const sums = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) sums[at % width]! += rows[at]!;
  return Float32Array.from(sums, (sum) => (count === 0 ? 0 : sum / count));
};
