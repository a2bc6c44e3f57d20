import { placeOf, parkedOf } from '../dead-letters/letter.js';
import { type Original, textOf } from '../dead-letters/original.js';
import { type LeftReason, leftReasons, type RedriveOutcome } from '../dead-letters/redrive.js';
import { type LetterCount, stateName, type SurveyedLetter } from '../dead-letters/survey.js';

/** Bytes of a value that are shown. */
const SHOWN_BYTES = 16 * 1024;

/** What others wrote must not steer the terminal of an operator. */
const printable = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** Columns as wide as their widest cell. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

export const listText = (letters: readonly SurveyedLetter[]): string =>
  letters.length === 0
    ? 'no dead letters'
    : table(
        ['parked at', 'class', 'consumer', 'record', 'attempts', 'state', 'id'],
        letters.map(({ letter, state }) => {
          const { id, recordedtime, data } = letter.event;
          const cells = [recordedtime, data.code, data.consumer, placeOf(parkedOf(letter)), String(data.attempts), stateName(state), id];
          return cells.map(printable);
        }),
      );

export const countText = (counts: readonly LetterCount[]): string =>
  counts.length === 0
    ? 'no dead letters'
    : table(
        ['class', 'topic', 'consumer', 'parked', 'redriven'],
        counts.map(({ code, topic, consumer, parked, redriven }) =>
          [code, topic, consumer, String(parked), String(redriven)].map(printable),
        ),
      );

/** What `--json` prints of a letter: the facts, without the bytes. */
export const letterJson = ({ letter, state }: SurveyedLetter): object => {
  const { id, recordedtime, data } = letter.event;
  const { value: _bytes, ...original } = data.original;
  return {
    id,
    parkedAt: recordedtime,
    consumer: data.consumer,
    code: data.code,
    message: data.message,
    attempts: data.attempts,
    state: stateName(state),
    redrivenAt: state?.doneAt?.toISOString() ?? null,
    redrivenTo: state === null || state.to === null ? null : placeOf({ topic: original.topic, ...state.to }),
    original,
  };
};

/** The value for people: JSON laid out, other text as it is, bytes as base64. */
export const valueText = (value: Buffer | null): string => {
  if (value === null) return '(no value)';
  const text = textOf(value);
  if (text === null) return `(${value.length} bytes that are not text, base64) ${value.subarray(0, SHOWN_BYTES).toString('base64')}`;
  return printable(laidOut(text)).slice(0, SHOWN_BYTES) + (text.length > SHOWN_BYTES ? `\n... (${value.length} bytes in all)` : '');
};

const laidOut = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** @param original null when its bytes are nowhere any more */
export const letterText = ({ letter, state }: SurveyedLetter, original: Original | null): string => {
  const { id, recordedtime, data } = letter.event;
  const facts = [
    ['letter', id],
    ['parked', `${recordedtime} by ${data.consumer}, attempt ${data.attempts}`],
    ['why', `${data.code}: ${data.message}`],
    ['record', `${placeOf(parkedOf(letter))}, taken by the log at ${data.original.timestamp}`],
    ['key', original?.key ?? data.original.key ?? '(none)'],
    ['state', stateText({ letter, state })],
    ...Object.entries(original?.headers ?? data.original.headers).map(([name, text]) => ['header', `${name}: ${text}`]),
  ];
  const lines = facts.map(([name = '', text = '']) => `${name.padEnd(8)}${printable(text)}`);
  const value = original === null ? '(its bytes are not in the letter, and the log has removed the record)' : valueText(original.value);
  return [...lines, 'value', value].join('\n');
};

const stateText = ({ letter, state }: SurveyedLetter): string => {
  if (state === null) return 'parked';
  if (state.doneAt === null) return `a redrive began at ${state.begunAt.toISOString()} and did not end: run it again`;
  const to = state.to === null ? '' : ` to ${placeOf({ topic: letter.event.data.original.topic, ...state.to })}`;
  return `redriven at ${state.doneAt.toISOString()}${to}`;
};

/** Counts what became of the letters of one run. */
export class RedriveReport {
  private readonly counts = new Map<RedriveOutcome, number>();

  add(outcome: RedriveOutcome): void {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
  }

  text(dryRun: boolean): string {
    const {
      redriven = 0,
      'already-redriven': before = 0,
      ...left
    } = Object.fromEntries(this.counts) as Partial<Record<RedriveOutcome, number>>;
    const head = dryRun ? `${redriven} would be redriven (dry run: nothing was written)` : `${redriven} redriven`;
    const reasons = Object.entries(left).map(([reason, count]) => `  ${count} left: ${leftReasons[reason as LeftReason]}`);
    return [`${head}, ${before} were before`, ...reasons].join('\n');
  }
}
