import { z } from 'zod';

/**
 * Kinds of settings. Each takes the text of one environment variable; none of its messages repeats that text. `.meta({ kind })`
 * is what the configuration table calls the kind, `.describe(...)` at the place of use is its meaning.
 */

const decimal = /^-?\d+(\.\d+)?$/;

const within = (unit: string, min: number, max: number): string => `must be ${unit} from ${min} to ${max}`;

/** A whole number in a range, both ends included. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+$/, within('a whole number', min, max))
    .transform(Number)
    .pipe(
      z
        .int({ error: within('a whole number', min, max) })
        .min(min, within('a whole number', min, max))
        .max(max, within('a whole number', min, max)),
    )
    .meta({ kind: `integer ${min} to ${max}` });

/** A number in a range, both ends included. */
export const number = (min: number, max: number) =>
  z
    .string()
    .regex(decimal, within('a number', min, max))
    .transform(Number)
    .pipe(
      z
        .number()
        .min(min, within('a number', min, max))
        .max(max, within('a number', min, max)),
    )
    .meta({ kind: `number ${min} to ${max}` });

/** Seconds, fractions allowed. The variable's name ends in `_S`. */
export const seconds = (min: number, max: number) =>
  z
    .string()
    .regex(decimal, within('seconds', min, max))
    .transform(Number)
    .pipe(
      z
        .number()
        .min(min, within('seconds', min, max))
        .max(max, within('seconds', min, max)),
    )
    .meta({ kind: `seconds ${min} to ${max}` });

/** Whole milliseconds. The variable's name ends in `_MS`. */
export const milliseconds = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, within('milliseconds', min, max))
    .transform(Number)
    .pipe(
      z
        .int({ error: within('milliseconds', min, max) })
        .min(min, within('milliseconds', min, max))
        .max(max, within('milliseconds', min, max)),
    )
    .meta({ kind: `milliseconds ${min} to ${max}` });

/** A TCP port. 0 lets the operating system choose a free one. */
export const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port from 0 to 65535')
  .transform(Number)
  .pipe(z.int().max(65_535, 'must be a port from 0 to 65535'))
  .meta({ kind: 'port' });

const truth = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** A yes or no. */
export const boolean = z
  .string()
  .transform((text, context) => {
    const value = truth.get(text.toLowerCase());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'must be true or false' });
    return z.NEVER;
  })
  .meta({ kind: 'boolean' });

const commaSeparated = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Values separated by commas; white space around each is dropped, and so are empty ones. */
export const list = z.string().transform(commaSeparated).pipe(z.array(z.string()).min(1, 'must name at least one')).meta({ kind: 'list' });

/** A secret of at least `minLength` characters. The shortest sound key of an HMAC-SHA256 has 32. */
export const secret = (minLength = 32) =>
  z
    .string()
    .min(minLength, `must have at least ${minLength} characters`)
    .meta({ kind: `secret, ${minLength} characters or more` });

/** Where a peer listens. With `dns`, `host` names several peers and is resolved again and again. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly dns: boolean;
}

const addressPattern = /^(?<dns>dns:)?(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?):(?<port>\d{1,5})$/;

/** Reads `host:port`, `[::1]:port` or `dns:name:port`; null when it is none of them. */
export const parseAddress = (text: string): Address | null => {
  const { dns, host, port: digits } = addressPattern.exec(text)?.groups ?? {};
  const value = Number(digits);
  if (host === undefined || !(value >= 1 && value <= 65_535)) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port: value, dns: dns !== undefined };
};

/** Peers as `host:port` or `dns:name:port`, separated by commas. */
export const addresses = z
  .string()
  .transform((text, context): Address[] => {
    const parsed = commaSeparated(text).map(parseAddress);
    const sound = parsed.filter((address) => address !== null);
    if (sound.length === parsed.length && sound.length > 0) return sound;
    context.addIssue({ code: 'custom', message: 'must be host:port or dns:name:port, separated by commas' });
    return z.NEVER;
  })
  .meta({ kind: 'addresses' });
