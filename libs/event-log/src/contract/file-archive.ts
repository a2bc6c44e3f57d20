import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type Positions, positionKey } from '#contracts';
import type { Batch } from '../event-log.js';

interface Line {
  readonly position: string;
  readonly next: string;
  readonly numbers: readonly number[];
}

/**
 * The smallest store that keeps records and positions in one step: one line a batch, written at once. It stands for the
 * archive's transaction in a test that kills its process.
 */
export class FileArchive {
  constructor(private readonly file: string) {}

  #lines(): Line[] {
    if (!existsSync(this.file)) return [];
    const text = readFileSync(this.file, 'utf8');
    // What was being written when the process died has no line end: it was not stored.
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  }

  positions(): Positions {
    return Object.fromEntries(this.#lines().map(({ position, next }) => [position, next]));
  }

  numbers(): number[] {
    return this.#lines().flatMap(({ numbers }) => numbers);
  }

  store(batch: Batch): void {
    const line: Line = {
      position: positionKey(batch.topic, batch.partition),
      next: String(batch.records[batch.records.length - 1]!.offset + 1n),
      numbers: batch.records.map(({ value }) => Number(value?.toString('utf8'))),
    };
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }
}
