import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

const TAIL_LINES = 20;
/** More than this many lines in a window say nothing new; the log file has them all. */
const ECHO_LIMIT = 10;
const ECHO_WINDOW_MS = 10_000;
const loud = ['warn', 'error', 'fatal'];

interface LogLine {
  readonly level?: unknown;
  readonly msg?: unknown;
  readonly err?: { readonly message?: unknown };
}

/** What a person should see of a log line: warnings and worse, in one line; null for the rest. */
export const loudPart = (line: string): string | null => {
  let parsed: LogLine;
  try {
    parsed = JSON.parse(line) as LogLine;
  } catch {
    return null;
  }
  const { level, msg, err } = parsed;
  if (typeof level !== 'string' || !loud.includes(level)) return null;
  const cause = typeof err?.message === 'string' && err.message !== msg ? `: ${err.message}` : '';
  return `${level}  ${typeof msg === 'string' ? msg : ''}${cause}`.replaceAll(/\s*\n\s*/g, ' ');
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

  /** The last lines, for the report of a death. */
  tail(): readonly string[] {
    return this.last;
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
