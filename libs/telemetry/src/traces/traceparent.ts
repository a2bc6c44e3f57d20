/** Where a span stands: the trace it belongs to and its own id, in lower-case hex. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/** What a `traceparent` header says. */
export interface TraceParent extends SpanPlace {
  /** Whether the caller records its own spans of the trace. */
  readonly sampled: boolean;
}

/** Version, trace, span, flags; ids of zeros and version ff are forbidden, and a later version may have more behind the flags. */
const pattern =
  /^(?<version>(?!ff)[0-9a-f]{2})-(?<traceId>(?!0{32})[0-9a-f]{32})-(?<spanId>(?!0{16})[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/;
/** Longer than any version that is known by far. */
const MAX_CHARS = 200;
const SAMPLED = 0x01;

/**
 * Reads a `traceparent` (W3C Trace Context). Out: null when it is none; then a trace is begun, as the standard asks, and nobody is
 * refused anything for it.
 */
export const parseTraceparent = (text: unknown): TraceParent | null => {
  if (typeof text !== 'string' || text.length > MAX_CHARS) return null;
  const { version, traceId, spanId, flags, rest } = pattern.exec(text)?.groups ?? {};
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === '00' && rest !== undefined) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
};

/** The header of a span that is recorded. */
export const traceparentOf = ({ traceId, spanId }: SpanPlace): string => `00-${traceId}-${spanId}-01`;
