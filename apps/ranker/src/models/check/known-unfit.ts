import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface Refused {
  readonly files: string;
  readonly at: number;
  readonly error: unknown;
}

/** What a machine in trouble caused (memory, a disk that came back) must not count for ever. */
const GOOD_FOR_MS = 600_000;

/** Names, sizes and times of the files of a folder: another text when one was replaced. Empty when there is no folder. */
export const filesOf = async (directory: string): Promise<string> => {
  const names = await readdir(directory).catch(() => []);
  const told = await Promise.all(
    names.sort().map(async (name) => {
      const { size, mtimeMs, ino } = await stat(join(directory, name)).catch(() => ({ size: -1, mtimeMs: 0, ino: 0 }));
      return `${name} ${size} ${mtimeMs} ${ino}`;
    }),
  );
  return told.join('\n');
};

/**
 * Remembers which versions were refused, and why. The registry goes on naming a bad version until somebody rolls it back, and rankers look every few seconds: without
 * this each look would load it, run its golden vectors and measure its pace again.
 */
export class KnownUnfit {
  private readonly refused = new Map<string, Refused>();

  /** @param now ms of a clock that only goes forward */
  constructor(
    private readonly now: () => number,
    private readonly files: (directory: string) => Promise<string> = filesOf,
  ) {}

  /** Runs `check` unless it has refused the very same files a short while ago. @throws what it refused them with. */
  async unlessRefused(directory: string, check: () => Promise<void>): Promise<void> {
    const files = await this.files(directory);
    const before = this.refused.get(directory);
    if (before !== undefined && before.files === files && this.now() - before.at < GOOD_FOR_MS) throw before.error;
    this.refused.delete(directory);
    try {
      await check();
    } catch (error) {
      this.refused.set(directory, { files, at: this.now(), error });
      throw error;
    }
  }
}
