import type { EventLogLogger } from '../observer.js';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details: object;
}

/** Keeps what was logged. With TEST_LOG=1 it is also printed, for a look at a failing test. */
export const testLogger = (): EventLogLogger & { readonly lines: readonly LogLine[] } => {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (details: object, message: string): void => {
      lines.push({ level, message, details });
      if (process.env.TEST_LOG === '1')
        process.stderr.write(
          `${(performance.now() / 1000).toFixed(3)} ${level} ${message} ${JSON.stringify(details, (_, value: unknown) => (value instanceof Error ? value.message : value))}\n`,
        );
    };
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
};
