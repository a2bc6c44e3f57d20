import type { TrainingRow } from './training-row.js';

export const exportFormats = ['parquet', 'csv', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Writes rows to one file, bit by bit. What is not closed is not whole, and stands under another name until then. */
export interface RowWriter {
  write(row: TrainingRow): Promise<void>;
  close(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}
