/** Sizes that fix what a reader's state holds. */
export interface ReaderStateSizes {
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
}

/**
 * Where a state vector of doubles keeps what: the number of events taken in, then for every layer and head the greatest score, the sum of weights and the weighted sum of values, then the
 * output after the newest event.
 */
export interface ReaderStateLayout {
  readonly length: number;
  /** First places in the state; `weighted` is heads * (width / heads) numbers, head by head. */
  readonly layers: readonly { readonly greatest: number; readonly sum: number; readonly weighted: number }[];
  readonly output: number;
}

/** Greatest score before the first event: far below any, and finite so that differences of two of them are. */
export const NO_SCORE = -1e300;

export const readerStateLayout = ({ width, heads, layers }: ReaderStateSizes): ReaderStateLayout => {
  const perLayer = 2 * heads + width;
  const places = Array.from({ length: layers }, (_, layer) => {
    const greatest = 1 + layer * perLayer;
    return { greatest, sum: greatest + heads, weighted: greatest + 2 * heads };
  });
  const output = 1 + layers * perLayer;
  return { length: output + width, layers: places, output };
};
