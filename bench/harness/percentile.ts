/** The p-th percentile (0 to 100) of sorted samples, by nearest rank; 0 of none. */
export const percentileOf = (sorted: Float64Array, p: number): number =>
  sorted.length === 0 ? 0 : (sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))] ?? 0);
