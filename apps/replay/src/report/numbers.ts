/** Numbers as people read them: a plain minus, thin groups of thousands, no locale of the machine. */

export const fixed = (value: number, digits: number): string => {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};

/** One digit behind the point where there is something behind it. */
export const brief = (value: number): string => fixed(value, Number.isInteger(value) ? 0 : 1);

/** With its sign, as differences are written. */
export const signed = (value: number, digits: number): string =>
  Number(Math.abs(value).toFixed(digits)) !== 0 && value > 0 ? `+${fixed(value, digits)}` : fixed(value, digits);

/** `12 345`, with a no-break space. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, '\u00a0');

/** A share as `12.3 %`. */
export const percent = (share: number, digits = 1): string => `${fixed(share * 100, digits)}\u00a0%`;

/** `1 paper`, `2 papers`. */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** As many digits behind the point as the longest of these values has. */
export const digitsOf = (values: readonly number[]): number =>
  Math.max(0, ...values.map((value) => (String(Math.abs(value)).split('.')[1] ?? '').length));

/** Ticks of one axis, all with as many digits as they need to be told apart. */
export const tickLabel = (ticks: readonly number[]): ((tick: number) => string) => {
  const digits = digitsOf(ticks);
  return (tick) => fixed(tick, digits);
};
