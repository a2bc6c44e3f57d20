/**
 * A line of a part file: what it is sorted by, where its maker was when it wrote it (only where that matters), and the line of the finished file.
 * The three are parted by tabs, which neither ids, times nor JSON contain unescaped.
 */
export interface PartLine {
  /** Compared by code units; ASCII. */
  readonly key: string;
  /** Of the engine, to go on after this line. */
  readonly cursor?: number;
  readonly json: string;
}

export const partLine = ({ key, cursor, json }: PartLine): string => `${key}\t${cursor ?? ''}\t${json}\n`;

/** What a line is sorted by. */
export const keyOf = (line: string): string => line.slice(0, line.indexOf('\t'));

/** The line of the finished file. */
export const jsonOf = (line: string): string => line.slice(line.lastIndexOf('\t') + 1);

/** Null for a line that was written without one. */
export const cursorOf = (line: string): number | null => {
  const text = line.slice(line.indexOf('\t') + 1, line.lastIndexOf('\t'));
  return text === '' ? null : Number(text);
};
