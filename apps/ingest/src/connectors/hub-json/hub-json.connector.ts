import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Checkpoint } from '#persistence';
import { Connector, type ConnectorItem } from '../connector.js';
import { paperOfHubRow } from '../hub/hub-row.js';
import { SourceFailure } from '../source.failure.js';
import { day } from '../source-values.js';
import { readDailyFile } from './daily-file.js';

/** The last file that is durable, with its size: one that grew since is read again. */
const checkpointSchema = z.object({ file: z.string(), size: z.int() });

const saved = /\.json(\.gz)?$/;

/** `2025-10-28` of `papers-2025-10-28.json`. */
const dayOfName = (path: string): string | undefined => day(/\d{4}-\d{2}-\d{2}/.exec(basename(path))?.[0]);

/** Reads saved answers of the Hub's daily-papers API: one file, or a folder of days in the order of their names. */
export class HubJsonConnector extends Connector {
  readonly name = 'hub-json';
  readonly scope: string;
  private done = 0;
  private total: number | null = null;

  constructor(path: string) {
    super();
    this.scope = resolve(path);
  }

  fraction(): number | null {
    return this.total === null ? null : this.total === 0 ? 1 : this.done / this.total;
  }

  async *read(checkpoint: Checkpoint | null, signal: AbortSignal): AsyncIterable<ConnectorItem> {
    const files = await this.files();
    this.total = files.length;
    const parsed = checkpointSchema.safeParse(checkpoint);
    for (const path of files) {
      signal.throwIfAborted();
      const { size } = await stat(path);
      const isDone = parsed.success && (path < parsed.data.file || (path === parsed.data.file && size === parsed.data.size));
      if (!isDone) {
        yield* this.file(path);
        yield { kind: 'mark', checkpoint: { file: path, size } };
      }
      this.done += 1;
    }
  }

  private async *file(path: string): AsyncIterable<ConnectorItem> {
    const daily = await readDailyFile(path);
    if (!daily.ok) {
      yield { kind: 'refused', origin: { file: path }, problems: [{ field: '', rule: daily.rule }] };
      return;
    }
    for (const [item, row] of daily.rows.entries()) {
      const origin = { file: path, item };
      const paper = paperOfHubRow(row, dayOfName(path), 'hub');
      yield paper.ok ? { kind: 'paper', paper: paper.value, origin } : { kind: 'refused', origin, problems: paper.problems };
    }
  }

  private async files(): Promise<readonly string[]> {
    try {
      if (!(await stat(this.scope)).isDirectory()) return [this.scope];
      const names = (await readdir(this.scope, { recursive: true })).filter((name) => saved.test(name));
      return names.map((name) => join(this.scope, name)).toSorted();
    } catch (error) {
      throw new SourceFailure(
        `cannot read ${this.scope}: ${error instanceof Error ? error.message : 'unknown'}`,
        { path: this.scope },
        { cause: error },
      );
    }
  }
}
