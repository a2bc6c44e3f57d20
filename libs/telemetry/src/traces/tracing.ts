import type { SpanPlace } from './traceparent.js';

export type AttributeValue = string | number | boolean;
/** By the names in `attribute-names.ts`. Never a reader, a token, or what somebody searched for. */
export type SpanAttributes = Readonly<Record<string, AttributeValue>>;

/** A moment on the clock of `performance.now()`, in milliseconds. */
export type Moment = number;

export interface SpanStart {
  /** `server` and `client` are the two ends of a call, `producer` and `consumer` those of a record of the log. */
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  readonly attributes?: SpanAttributes;
  /** Absent: now. */
  readonly began?: Moment;
}

/** One recorded stretch of work. */
export interface Span extends SpanPlace {
  /** What is sent along, so that work elsewhere becomes a child of this. */
  readonly traceparent: string;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** It did not end well. `type`: an error code or an HTTP status, from code. */
  fail(type: string): void;
  end(at?: Moment): void;
}

/** What became of spans that ended. */
export interface SpanCounts {
  readonly exported: number;
  /** The collector did not take them. */
  readonly failed: number;
  /** The queue was full: the collector is slower than we are. */
  readonly dropped: number;
}

/**
 * Where spans are made. Only what is recorded becomes a span: everything that is not answers null, and costs nothing from there on, neither in
 * this process nor in those that it calls, since they are not told of any trace. The gateway alone decides what is recorded.
 */
export abstract class Tracing {
  /** False: nothing is ever recorded here. */
  abstract readonly on: boolean;
  /** Null when traces are off. */
  abstract readonly counts: SpanCounts | null;
  /** A request from outside: goes on with the trace of `traceparent`, or begins one. Null when it is not to be recorded. */
  abstract receive(name: string, traceparent: unknown, start: SpanStart): Span | null;
  /** Work for another process of ours: a child of what it sent. Null when it sent nothing. */
  abstract resume(name: string, traceparent: unknown, start: SpanStart): Span | null;
  /** Work on what several others left: a trace of its own with a link to each. Null when none of them is recorded. */
  abstract join(name: string, traceparents: readonly unknown[], start: SpanStart): Span | null;
  /** A part of the work that is under way. Null when that is not recorded. */
  abstract part(name: string, start: SpanStart): Span | null;
  /** The span whose work is under way. */
  abstract active(): Span | null;
  /** Does `work` as a part of the span, across everything that it awaits. */
  abstract within<T>(span: Span | null, work: () => T): T;
  /** `listener` is told when the collector does not take spans. It must not throw. */
  abstract onFailure(listener: (error: unknown) => void): void;
  /** Sends what is left. */
  abstract close(): Promise<void>;
}

class NoTracing extends Tracing {
  readonly on = false;
  readonly counts = null;
  receive(): null {
    return null;
  }
  resume(): null {
    return null;
  }
  join(): null {
    return null;
  }
  part(): null {
    return null;
  }
  active(): null {
    return null;
  }
  within<T>(_span: Span | null, work: () => T): T {
    return work();
  }
  onFailure(): void {
    return;
  }
  async close(): Promise<void> {
    return;
  }
}

/** Traces are off. */
export const noTracing: Tracing = new NoTracing();

const typeOf = (error: unknown): string => {
  if (error !== null && typeof error === 'object' && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'UNEXPECTED';
};

/** Does `work` as what the span stands for and ends the span with it: failed, when the work throws. */
export const inSpan = async <T>(tracing: Tracing, span: Span | null, work: () => Promise<T>): Promise<T> => {
  if (span === null) return work();
  try {
    return await tracing.within(span, work);
  } catch (error) {
    span.fail(typeOf(error));
    throw error;
  } finally {
    span.end();
  }
};
