/** Bounds of a request before anyone looks at what it says. */
export const MAX_HEADER_BYTES = 16 * 1024;
export const MAX_URL_CHARS = 8 * 1024;
/** Whole request within this; a slower client holds a socket and nothing else. */
export const REQUEST_TIMEOUT_MS = 10_000;
