import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { redact, redactText } from './redaction.js';
import { noTracing, type Tracing } from './traces/tracing.js';

export type { Logger } from 'pino';

export interface LoggerSettings {
  readonly level?: string;
  /** Where lines go; standard output unless a test says otherwise. */
  readonly destination?: DestinationStream;
  /** Whose span is under way is said in each line, as `trace_id` and `span_id`. */
  readonly tracing?: Tracing;
}

/** pino looks serialisers up by key without asking whose they are, so a field called like a method of Object would be called. */
const safeFields = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(redact(fields) as object).map(([key, value]) => [key in Object.prototype ? `_${key}` : key, value]));

/** Where a line was written, so that logs and traces lead to each other. */
const placeOf = (tracing: Tracing): Record<string, string> => {
  const span = tracing.active();
  return span === null ? {} : { trace_id: span.traceId, span_id: span.spanId };
};

/**
 * One JSON object a line: `level` as a word, `time` as RFC 3339, `service`, `pid`, `msg`. Tokens, secrets and reader references are masked
 * at any depth, in child bindings and in the text of messages and errors.
 */
export const createLogger = (service: string, { level = 'info', destination, tracing = noTracing }: LoggerSettings = {}): Logger => {
  const options: LoggerOptions = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(tracing.on ? { mixin: () => placeOf(tracing) } : {}),
    // The formatters below see errors before pino's own serialiser does.
    serializers: { err: (error: unknown) => error },
    formatters: {
      level: (label) => ({ level: label }),
      log: safeFields,
    },
    hooks: {
      logMethod(args, method) {
        method.apply(this, args.map((arg: unknown) => (typeof arg === 'string' ? redactText(arg) : arg)) as Parameters<typeof method>);
      },
    },
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  // pino formats the bindings of the root only; children inherit this method from it.
  const child = Reflect.get(logger, 'child') as unknown as (
    this: Logger,
    bindings: pino.Bindings,
    options?: pino.ChildLoggerOptions,
  ) => Logger;
  logger.child = function redacted(this: Logger, bindings: pino.Bindings, childOptions?: pino.ChildLoggerOptions) {
    return child.call(this, safeFields(bindings), childOptions);
  } as unknown as Logger['child'];
  return logger;
};
