import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Paper, paperSchema, type Parsed, parseWith } from '#contracts';
import type { Checkpoint } from '#persistence';
import { Connector, type ConnectorItem } from '../connector.js';
import { SourceFailure } from '../source.failure.js';
import { isObject } from '../source-values.js';
import { isArchiveLine, paperOfArchiveLine } from './archive-line.js';
import { type Line, LineReader } from './line-reader.js';

/** The file that a checkpoint is about, and the last line that is durable. */
const checkpointSchema = z.object({ file: z.string(), line: z.int().min(0) });

const HEAD_BYTES = 64 * 1024;

/** Tells one version of a file from another: its size and its first bytes. Reading gigabytes only to resume would be worse. */
const fingerprint = async (path: string, size: number): Promise<string> => {
  const file = await open(path);
  try {
    const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
    await file.read(head, 0, head.length, 0);
    return `${size}-${createHash('sha256').update(head).digest('hex').slice(0, 16)}`;
  } finally {
    await file.close();
  }
};

const parseLine = (line: string): Parsed<Paper> => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { ok: false, problems: [{ field: '', rule: `must be JSON: ${error instanceof Error ? error.message : 'unreadable'}` }] };
  }
  if (!isObject(value)) return { ok: false, problems: [{ field: '', rule: 'must be a JSON object' }] };
  return parseWith(paperSchema, isArchiveLine(value) ? paperOfArchiveLine(value) : { source: 'jsonl', ...value });
};

/** Reads a file with one paper a line: our own format, or that of the public Daily Papers archive; `.gz` is unpacked on the way. */
export class JsonlConnector extends Connector {
  readonly name = 'jsonl';
  readonly scope: string;
  private size = 0;
  private reader: LineReader | null = null;

  constructor(path: string) {
    super();
    this.scope = resolve(path);
  }

  fraction(): number | null {
    return this.reader === null ? null : this.size === 0 ? 1 : Math.min(1, this.reader.bytesRead / this.size);
  }

  async *read(checkpoint: Checkpoint | null, signal: AbortSignal): AsyncIterable<ConnectorItem> {
    try {
      this.size = (await stat(this.scope)).size;
      const file = await fingerprint(this.scope, this.size);
      const done = this.doneBefore(checkpoint, file);
      this.reader = new LineReader(this.scope);
      for await (const line of this.reader.lines(signal)) {
        if (line.number <= done) continue;
        const item = this.item(line);
        if (item !== null) yield { ...item, checkpoint: { file, line: line.number } };
      }
    } catch (error) {
      if (signal.aborted) throw error;
      throw new SourceFailure(
        `cannot read ${this.scope}: ${error instanceof Error ? error.message : 'unknown'}`,
        { path: this.scope },
        { cause: error },
      );
    }
  }

  /** Lines that an earlier run made durable; 0 when the file is another one now. */
  private doneBefore(checkpoint: Checkpoint | null, file: string): number {
    const parsed = checkpointSchema.safeParse(checkpoint);
    return parsed.success && parsed.data.file === file ? parsed.data.line : 0;
  }

  private item(line: Line): ConnectorItem | null {
    const origin = { file: this.scope, line: line.number };
    if (line.kind === 'too-long')
      return { kind: 'refused', origin, problems: [{ field: '', rule: `must be shorter than a line of ${line.bytes} bytes` }] };
    if (line.text.trim() === '') return null;
    const parsed = parseLine(line.text);
    return parsed.ok ? { kind: 'paper', paper: parsed.value, origin } : { kind: 'refused', origin, problems: parsed.problems };
  }
}
