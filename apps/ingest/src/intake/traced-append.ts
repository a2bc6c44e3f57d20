import type { AppendOptions, EventLog, NewRecord, Position } from '#event-log';
import { attributeNames as names, inSpan, type Tracing } from '#telemetry';

/** The header that CloudEvents' extension for distributed tracing names. Nothing of a record's content: no fold and no hash of a stream reads it. */
const withTraceparent = (record: NewRecord, traceparent: string): NewRecord => ({ ...record, headers: { ...record.headers, traceparent } });

/** Appends records as a part of the message that brought them; whoever reads them later finds the trace in their header. Untraced, it is an append. */
export const tracedAppend = (
  tracing: Tracing,
  log: Pick<EventLog, 'append'>,
  topic: string,
  records: readonly NewRecord[],
  options: AppendOptions,
): Promise<readonly Position[]> => {
  const span = tracing.part(`send ${topic}`, {
    kind: 'producer',
    attributes: {
      [names.messagingOperation]: 'send',
      [names.messagingOperationType]: 'send',
      [names.messagingDestination]: topic,
      [names.messagingBatch]: records.length,
    },
  });
  if (span === null) return log.append(topic, records, options);
  const marked = records.map((record) => withTraceparent(record, span.traceparent));
  return inSpan(tracing, span, () => log.append(topic, marked, options));
};
