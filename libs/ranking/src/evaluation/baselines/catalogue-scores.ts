/**
 * How much each item of a catalogue suits somebody with this history: `scores` float64 [items] is overwritten, 0 where nothing speaks for an item. Items of the
 * history get a score like any other; whoever ranks leaves them out.
 */
export type CatalogueScorer = (history: ArrayLike<number>, scores: Float64Array) => void;
