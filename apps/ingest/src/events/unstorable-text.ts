/** JSON escapes that may stand for U+0000 or a lone surrogate; an escaped backslash before `u0000` looks the same. */
const suspicious = /\\u(0000|d[89a-f])/i;

/** With the `u` flag a surrogate matches only when its other half is missing. */
const unstorable = /\0|\p{Surrogate}/u;

const firstUnstorable = (value: unknown, path: string): string | null => {
  if (typeof value === 'string') return unstorable.test(value) ? path : null;
  if (value === null || typeof value !== 'object') return null;
  for (const [key, child] of Object.entries(value)) {
    const found = firstUnstorable(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
};

/**
 * The path of the first text in `data` that PostgreSQL cannot keep, or null. `json` is `data` as it was serialised: nearly always one
 * search in it is the whole work.
 */
export const unstorableText = (json: string, data: unknown): string | null => (suspicious.test(json) ? firstUnstorable(data, '') : null);
