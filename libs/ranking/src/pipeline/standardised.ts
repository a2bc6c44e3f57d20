/** Values as standard deviations from their mean; all 0 when they do not differ. */
export const standardised = (values: ArrayLike<number>): Float64Array => {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = n === 0 ? 0 : sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  const deviation = n === 0 ? 0 : Math.sqrt(squares / n);
  // Below this the differences are rounding, and dividing by it would make noise look like signal.
  return Float64Array.from(values, (value) => (deviation > 1e-9 * (1 + Math.abs(mean)) ? (value - mean) / deviation : 0));
};
