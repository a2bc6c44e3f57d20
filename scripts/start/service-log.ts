import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

const TAIL_LINES = 15;
/** More than this many lines in a window say nothing new; the log file has them all. */
const ECHO_LIMIT = 10;
const ECHO_WINDOW_MS = 10_000;
const loud = ['warn', 'error', 'fatal'];

interface LogLine {
  readonly level?: unknown;
  readonly msg?: unknown;
  readonly err?: { readonly message?: unknown };
}

const parsed = (line: string): LogLine | null => {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && 'level' in value ? value : null;
  } catch {
    return null;
  }
};

/** A log line as a person reads it: `warn  log is away: no broker`. What is no log line stays as it is. */
export const readable = (line: string): string => {
  const log = parsed(line);
  if (log === null) return line;
  const { level, msg, err } = log;
  const text = typeof msg === 'string' ? msg : '';
  const cause = typeof err?.message === 'string' && !text.includes(err.message) ? `: ${err.message}` : '';
  return `${String(level)}  ${text}${cause}`.replaceAll(/\s*\n\s*/g, ' ');
};

/** What a person should see while all goes on: warnings and worse, in one line; null for the rest. */
export const loudPart = (line: string): string | null => {
  const level = parsed(line)?.level;
  return typeof level === 'string' && loud.includes(level) ? readable(line) : null;
};

/** `warnings`: only log lines that warn. `talk`: the plain lines of a command as well, such as its progress. */
export type Echo = 'warnings' | 'talk';

/** Takes all that a process prints: everything goes to a file, some of it to the terminal, the last lines stay in memory. */
export class ServiceLog {
  private readonly file: WriteStream;
  private readonly last: string[] = [];
  private windowEnds = 0;
  private echoed = 0;

  constructor(
    path: string,
    private readonly kind: Echo,
    private readonly echo: (line: string) => void,
  ) {
    // Of this run only: it must not grow for ever.
    this.file = createWriteStream(path);
  }

  take(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      this.line(line);
    });
  }

  /** The last lines in readable form, for the report of a death. */
  tail(): readonly string[] {
    return this.last.map(readable);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.file.end(() => {
        resolve();
      });
    });
  }

  private line(line: string): void {
    if (!this.file.writableEnded) this.file.write(`${line}\n`);
    this.last.push(line);
    if (this.last.length > TAIL_LINES) this.last.shift();
    const part = loudPart(line);
    if (part !== null) this.echoSome(part);
    else if (this.kind === 'talk' && !line.startsWith('{')) this.echo(line);
  }

  private echoSome(part: string): void {
    const now = Date.now();
    if (now > this.windowEnds) [this.windowEnds, this.echoed] = [now + ECHO_WINDOW_MS, 0];
    this.echoed += 1;
    if (this.echoed < ECHO_LIMIT) this.echo(part);
    if (this.echoed === ECHO_LIMIT) this.echo('(more of these in the log file)');
  }
}
