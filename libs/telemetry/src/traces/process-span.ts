import { attributeNames as names } from './attribute-names.js';
import type { SpanAttributes, SpanStart } from './tracing.js';

/** Name and beginning of a span of records of a partition that are worked through, by the conventions for messaging. */
export const processSpan = (topic: string, partition: number, more: SpanAttributes = {}): readonly [name: string, start: SpanStart] => [
  `process ${topic}`,
  {
    kind: 'consumer',
    attributes: {
      [names.messagingOperation]: 'process',
      [names.messagingOperationType]: 'process',
      [names.messagingDestination]: topic,
      [names.messagingPartition]: String(partition),
      ...more,
    },
  },
];
