/** `2026-11-24T16:21:08.123Z`: what `toISOString` writes for years of four digits. */
const LENGTH = 24;
const daysOf = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const ZERO = 48;

/** The digits of `text` from `from` to `to` as a number; NaN when one is no digit. */
const digits = (text: string, from: number, to: number): number => {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** Whether the text is a timestamp as our own code writes them, and so one that `timestampSchema` accepts. False decides nothing: February 29 is left to the schema. */
export const isOrdinaryTimestamp = (text: unknown): text is string => {
  if (typeof text !== 'string' || text.length !== LENGTH || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return false;
  if (text[13] !== ':' || text[16] !== ':' || text[19] !== '.' || text[23] !== 'Z') return false;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf[month - 1]!)) return false;
  return digits(text, 11, 13) <= 23 && digits(text, 14, 16) <= 59 && digits(text, 17, 19) <= 59 && digits(text, 20, 23) >= 0;
};
