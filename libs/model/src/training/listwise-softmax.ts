/**
 * Cross entropy between the softmax of one list's scores and its wanted rows, each with an equal share.
 * Answers the loss and its derivative by each score: `softmax(s) - share`.
 * Source: ListNet with top-one probabilities, Cao et al., ICML 2007.
 */
export const listwiseSoftmax = (
  scores: ArrayLike<number>,
  wanted: ArrayLike<number>,
): { readonly loss: number; readonly slopes: Float64Array } => {
  let highest = -Infinity;
  let wantedRows = 0;
  for (let i = 0; i < scores.length; i += 1) {
    highest = Math.max(highest, scores[i]!);
    wantedRows += wanted[i]!;
  }
  const slopes = new Float64Array(scores.length);
  let sum = 0;
  for (let i = 0; i < scores.length; i += 1) sum += slopes[i] = Math.exp(scores[i]! - highest);
  let loss = 0;
  for (let i = 0; i < scores.length; i += 1) {
    const share = wantedRows > 0 ? wanted[i]! / wantedRows : 0;
    loss -= share * (scores[i]! - highest - Math.log(sum));
    slopes[i] = slopes[i]! / sum - share;
  }
  return { loss, slopes };
};
