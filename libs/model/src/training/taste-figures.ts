/** How well one list was ordered for each thing that was wanted of it. */
export interface WantedFigures {
  /** 1 / place of each wanted row, in the order of the rows. Rows of equal score share the middle of their places. */
  readonly reciprocalRanks: readonly number[];
  /** Share of the other rows that each wanted row stands above; ties count half. */
  readonly aucs: readonly number[];
}

/** @param scores one a row. @param gains above 0 where the row was wanted. */
export const wantedFigures = (scores: ArrayLike<number>, gains: ArrayLike<number>): WantedFigures => {
  const before = Array.from(gains, (_, row) => row)
    .filter((row) => gains[row]! > 0)
    .map((row) => {
      let [above, equal] = [0, -1];
      for (let other = 0; other < scores.length; other += 1) {
        if (scores[other]! > scores[row]!) above += 1;
        else if (scores[other] === scores[row]) equal += 1;
      }
      return above + equal / 2;
    });
  return {
    reciprocalRanks: before.map((places) => 1 / (1 + places)),
    aucs: before.map((places) => 1 - places / Math.max(1, scores.length - 1)),
  };
};
