import type { Refusal, RunEnd } from '../connectors/run-connector.js';

/** Refused records that are shown one by one; the rest is counted. */
const SHOWN = 20;

const place = ({ file, line, item }: Refusal['origin']): string =>
  line !== undefined ? `${file}:${line}` : item !== undefined ? `${file}[${item}]` : file;

/** `papers.jsonl:12 title must not be empty ("")` */
export const refusalText = ({ origin, problems }: Refusal): string => {
  const [problem] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  if (problem === undefined) return `${place(origin)} is not valid`;
  const field = problem.field === '' ? 'the record' : problem.field;
  return `${place(origin)} ${field} ${problem.rule}${problem.value === undefined ? '' : ` (found ${problem.value})`}${more}`;
};

/** Keeps what the summary needs of refused records, in bounded memory however many there are. */
export class RefusalLog {
  private readonly shown: string[] = [];
  private total = 0;

  add(refusal: Refusal): void {
    this.total += 1;
    if (this.shown.length < SHOWN) this.shown.push(refusalText(refusal));
  }

  lines(): readonly string[] {
    if (this.total === 0) return [];
    const rest = this.total - this.shown.length;
    return ['refused:', ...this.shown.map((line) => `  ${line}`), ...(rest > 0 ? [`  and ${rest} more`] : [])];
  }
}

/** Days that were asked for and are not read, because an earlier run has read them, must not look as if they had been. */
export const goesOnText = (label: string, day: string): string =>
  `${label}: goes on from ${day}, where an earlier run stopped; days before it are not read again (--restart begins at --since)`;

export const summaryText = (label: string, end: RunEnd, seconds: number, dryRun: boolean): string => {
  const { papers, withdrawn, refused } = end;
  const what = `${papers} papers, ${withdrawn} withdrawn, ${refused} refused in ${seconds.toFixed(1)} s`;
  const idle = papers + withdrawn + refused === 0 && end.failure === null;
  const suffix = dryRun ? ' (dry run: nothing was stored)' : idle ? ' (nothing new since the last run; --restart reads it again)' : '';
  return `${label}: ${what}${suffix}`;
};

/** 0: read to its end. 1: broke off, or held records and not one that could be used. */
export const exitCodeOf = ({ failure, papers, withdrawn, refused }: RunEnd): number =>
  failure !== null || (refused > 0 && papers + withdrawn === 0) ? 1 : 0;
