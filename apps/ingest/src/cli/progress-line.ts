import type { RunCounts } from '../connectors/run-connector.js';

const number = (value: number): string => Math.round(value).toLocaleString('en-US');

const duration = (seconds: number): string => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

/**
 * `1,250 papers, 610/s, 2 refused, 48 %, 3 s left`; share and time left only where the size of the source is known.
 * @param seconds since the run began
 */
export const progressText = ({ papers, withdrawn, refused }: RunCounts, fraction: number | null, seconds: number): string => {
  const parts = [`${number(papers)} papers`, `${number((papers + withdrawn) / Math.max(seconds, 0.001))}/s`];
  if (withdrawn > 0) parts.push(`${number(withdrawn)} withdrawn`);
  parts.push(`${number(refused)} refused`);
  if (fraction !== null) {
    parts.push(`${Math.floor(fraction * 100)} %`);
    if (fraction > 0 && fraction < 1) parts.push(`${duration((seconds / fraction) * (1 - fraction))} left`);
  }
  return parts.join(', ');
};

/** The part of a stream that is written to. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows progress: one line that is written over on a terminal, a line every two seconds elsewhere. */
export class ProgressLine {
  private lastShown = -Infinity;
  private readonly began: number;

  constructor(
    private readonly label: string,
    private readonly stream: ProgressStream,
    private readonly monotonic: () => number,
  ) {
    this.began = monotonic();
  }

  show(counts: RunCounts, fraction: number | null): void {
    const now = this.monotonic();
    if (now - this.lastShown < (this.stream.isTTY === true ? 100 : 2_000)) return;
    this.lastShown = now;
    this.write(counts, fraction, now);
  }

  /** The last line, whatever was shown just before. */
  end(counts: RunCounts, fraction: number | null): void {
    this.write(counts, fraction, this.monotonic());
    if (this.stream.isTTY === true) this.stream.write('\n');
  }

  private write(counts: RunCounts, fraction: number | null, now: number): void {
    const line = `${this.label}: ${progressText(counts, fraction, (now - this.began) / 1000)}`;
    this.stream.write(this.stream.isTTY === true ? `\r\u001B[K${line}` : `${line}\n`);
  }
}
