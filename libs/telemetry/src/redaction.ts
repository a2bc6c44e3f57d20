/** Keys whose values never reach a log, compared without case, `-` and `_`. */
const secretKeys = [
  'authorization',
  'token',
  'secret',
  'password',
  'passwd',
  'cookie',
  'setcookie',
  'apikey',
  'xapikey',
  'readerref',
  'sub',
  'databaseurl',
];
/** Ends of keys that mark a secret too: `accessToken`, `CURSOR_SECRET`. */
const secretEndings = ['token', 'secret', 'password', 'apikey'];
const MASK = '[redacted]';
/** Deeper than this a log line is no longer read by anyone; it also ends cycles. */
const MAX_DEPTH = 8;

const isSecretKey = (key: string): boolean => {
  const plain = key.toLowerCase().replaceAll(/[-_]/g, '');
  return secretKeys.includes(plain) || secretEndings.some((ending) => plain.endsWith(ending));
};

/** Masks the password of any URL and what follows `Bearer` in a text. */
export const redactText = (text: string): string =>
  text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]+@/gi, `$1:${MASK}@`).replaceAll(/\b(bearer)\s+[^\s"',;]+/gi, `$1 ${MASK}`);

const errorFields = (error: Error): Record<string, unknown> => ({
  type: error.name,
  message: error.message,
  ...Object.fromEntries(Object.entries(error).filter(([key]) => key !== 'name' && key !== 'message' && key !== 'stack')),
  stack: error.stack,
  ...(error.cause === undefined ? {} : { cause: error.cause }),
});

/** A copy of `value` that is safe to log: secrets masked at any depth, errors as plain objects, cycles cut. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return redact(errorFields(value), depth + 1);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Map) return redact(Object.fromEntries(value), depth);
  if (value instanceof Set) return redact([...value], depth);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecretKey(key) && item !== undefined ? MASK : redact(item, depth + 1)]),
  );
};
