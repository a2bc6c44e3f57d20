/** Reads of other people's JSON: each answers the value in our form, or undefined when there is none that we can use. */

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The first of `names` that holds something: sources rename their fields. */
export const firstOf = (source: Json, ...names: readonly string[]): unknown => {
  for (const name of names) {
    const value = source[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
};

/** Half surrogate pairs and control characters, which no source means and no store of ours keeps. */
const debris = /\p{Surrogate}|\p{Cc}/gu;

/** Text with its white space collapsed (abstracts come wrapped at 80 columns) and its debris removed. */
export const text = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const clean = value.replace(/\s+/gu, ' ').replace(debris, '').trim();
  return clean === '' ? undefined : clean;
};

/** At most `max` UTF-16 units, and no half of a surrogate pair at the end. */
export const cut = (value: string | undefined, max: number): string | undefined =>
  value === undefined || value.length <= max ? value : value.slice(0, max).replace(/\p{Surrogate}$/u, '');

/** A count; sources also write them as text, and some go below zero when votes are taken back. */
export const count = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? Math.max(0, number) : undefined;
};

/** An http(s) link, or nothing: a broken link is no reason to lose a paper. */
export const link = (value: unknown): string | undefined => {
  const href = text(value);
  if (href === undefined || href.length > 2_048 || !URL.canParse(href)) return undefined;
  return /^https?:$/.test(new URL(href).protocol) ? href : undefined;
};

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** A moment as RFC 3339, from any date-time that names its zone. */
export const timestamp = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || !/T.*(Z|[+-]\d{2}:?\d{2})$/i.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
};

/** A calendar day, from a day or a date-time. */
export const day = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const start = value.slice(0, 10);
  if (!dayPattern.test(start)) return undefined;
  // February 30 parses as March 2.
  const time = Date.parse(`${start}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(start) ? start : undefined;
};

export const texts = (value: unknown, max: number, longest: number): string[] =>
  Array.isArray(value)
    ? ([...new Set(value.map(text).filter((item) => item !== undefined && item.length <= longest))].slice(0, max) as string[])
    : [];

/** Leaves out what is undefined, so that defaults apply. */
export const present = (fields: Json): Json => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** `{name, fullName}` under the names that sources use; a short name is the key, so it falls back to the full one. */
export const organization = (value: unknown): { name: string; fullName?: string } | undefined => {
  if (!isObject(value)) return undefined;
  const fullName = cut(text(firstOf(value, 'fullName', 'fullname', 'full_name')), 300);
  const name = cut(text(value['name']) ?? fullName, 200);
  return name === undefined ? undefined : { name, ...(fullName === undefined ? {} : { fullName }) };
};
