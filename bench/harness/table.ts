import type { LoadResult } from './http-load.js';

/** A table for people, columns aligned, numbers to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

export const loadHead = ['', 'requests/s', 'p50 ms', 'p99 ms', 'max ms', 'CPU us', 'bytes', 'ratio'] as const;

/** One row of `loadHead`; `ratio` is requests/s beside the yardstick of the same round. */
export const loadRow = (name: string, result: LoadResult, yardstick: LoadResult): readonly string[] => [
  name,
  result.perSecond.toFixed(0),
  result.p50Ms.toFixed(2),
  result.p99Ms.toFixed(2),
  result.maxMs.toFixed(1),
  result.cpuUs === null ? '-' : result.cpuUs.toFixed(0),
  result.bytes.toFixed(0),
  (result.perSecond / yardstick.perSecond).toFixed(2),
];

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};
