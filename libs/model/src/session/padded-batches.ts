/** A run of `rows` real rows from `start`, padded to `size` rows. */
export interface PaddedBatch {
  readonly start: number;
  readonly rows: number;
  readonly size: number;
}

/**
 * Cuts `count` rows into runs of fixed sizes: whole ones of the largest size, the rest in the smallest size that holds it.
 *
 * Fixed shapes because ONNX Runtime is not bit-reproducible over batch sizes (microsoft/onnxruntime#9704): its kernels sum in
 * another order for another shape. `sizes` must ascend.
 */
export const paddedBatches = (count: number, sizes: readonly number[]): readonly PaddedBatch[] => {
  const largest = sizes.at(-1);
  if (largest === undefined) throw new RangeError('there must be at least one batch size');
  const batches: PaddedBatch[] = [];
  for (let start = 0; start < count; start += largest) {
    const rows = Math.min(largest, count - start);
    batches.push({ start, rows, size: sizes.find((size) => size >= rows) ?? largest });
  }
  return batches;
};
