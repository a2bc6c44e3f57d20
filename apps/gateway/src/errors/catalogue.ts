/**
 * Every problem the gateway can answer, in one place. Codes are stable: clients may branch on them, so one is never renamed or given
 * another meaning. `docs/errors.md` lists the same codes and a test holds the two together.
 */
export const problemCatalogue = {
  PARAMETER_INVALID: { status: 400, title: 'A query or path parameter breaks a rule' },
  PAPER_ID_INVALID: { status: 400, title: 'The paper id has characters that no id has' },
  BODY_NOT_JSON: { status: 400, title: 'The body is not JSON' },
  BODY_MISSING: { status: 400, title: 'A JSON body is needed' },
  CURSOR_INVALID: { status: 400, title: 'The cursor is broken or was not made here' },
  CURSOR_EXPIRED: { status: 400, title: 'The cursor is too old' },
  CURSOR_MISMATCH: { status: 400, title: 'The cursor belongs to another feed or reader' },
  POSITION_INVALID: { status: 400, title: 'The Broadsheet-Position header was not made here' },
  AUTHENTICATION_REQUIRED: { status: 401, title: 'A token or API key is needed' },
  TOKEN_INVALID: { status: 401, title: 'The token is not one we accept' },
  TOKEN_EXPIRED: { status: 401, title: 'The token has expired' },
  API_KEY_INVALID: { status: 401, title: 'The API key is unknown or revoked' },
  SCOPE_MISSING: { status: 403, title: 'The API key lacks the scope for this' },
  READER_MISMATCH: { status: 403, title: 'The body names another reader' },
  PAPER_NOT_YOURS: { status: 403, title: 'The paper belongs to another publisher' },
  ROUTE_UNKNOWN: { status: 404, title: 'There is nothing at this path' },
  PAPER_UNKNOWN: { status: 404, title: 'No paper has this id' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The path does not take this method' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request did not arrive in time' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  EVENT_TOO_LARGE: { status: 413, title: 'One event or paper is too large' },
  URI_TOO_LONG: { status: 414, title: 'The URL is too long' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'The body must be application/json' },
  HOST_NOT_ALLOWED: { status: 421, title: 'This gateway is not for that host' },
  BODY_TOO_DEEP: { status: 422, title: 'The body nests too deeply' },
  BATCH_TOO_LARGE: { status: 422, title: 'Too many records in one request' },
  VALIDATION_FAILED: { status: 422, title: 'The body breaks a rule' },
  READER_REQUIRED: { status: 422, title: 'An event sent with an API key must name its reader' },
  ALL_REFUSED: { status: 422, title: 'Nothing in the batch could be accepted' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The request headers are too large' },
  REQUEST_MALFORMED: { status: 400, title: 'The request is not sound HTTP' },
  INTERNAL: { status: 500, title: 'We failed' },
  INTAKE_UNAVAILABLE: { status: 503, title: 'Events can not be stored at the moment' },
  OVERLOADED: { status: 503, title: 'Too many requests are under way' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof problemCatalogue;
