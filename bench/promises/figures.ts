/** The p-th percentile (0 to 100) of samples, by nearest rank. */
export const percentile = (samples: readonly number[], p: number): number => {
  if (samples.length === 0) return Number.NaN;
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))]!;
};

/** `p50 12.1 ms, p99 40.0 ms, max 55.2 ms (n 200)` */
export const latencies = (samplesMs: readonly number[]): string =>
  `p50 ${percentile(samplesMs, 50).toFixed(1)} ms, p99 ${percentile(samplesMs, 99).toFixed(1)} ms, max ${Math.max(...samplesMs).toFixed(1)} ms (n ${samplesMs.length})`;

/** Prints a figure beside what was promised and remembers a miss in the exit code. */
export const show = (promise: string, figure: string, kept: boolean): void => {
  console.log(`${kept ? 'kept  ' : 'MISSED'}  ${promise}: ${figure}`);
  if (!kept) process.exitCode = 1;
};

/** Runs `work` for every index below `count`, at most `width` at once, and answers in index order. */
export const inParallel = async <T>(count: number, width: number, work: (index: number) => Promise<T>): Promise<T[]> => {
  const results = new Array<T>(count);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
  return results;
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
