import { attributeNames as names, NEST_TCP } from './attribute-names.js';
import { inSpan, type SpanAttributes, type Tracing } from './tracing.js';

const sentBy = (message: unknown): unknown =>
  message !== null && typeof message === 'object' && 'traceparent' in message ? message.traceparent : undefined;

/** A refusal is an answer over the wire, not an error; in a trace it should be seen as what it is. */
const refusalOf = (answer: unknown): string | null => {
  if (answer === null || typeof answer !== 'object' || !('refused' in answer)) return null;
  const { refused } = answer;
  if (refused === null || typeof refused !== 'object' || !('code' in refused)) return null;
  return typeof refused.code === 'string' ? refused.code : null;
};

const callOf = (pattern: string): SpanAttributes => ({ [names.rpcSystem]: NEST_TCP, [names.rpcMethod]: pattern });

/** Answers a message of another process of ours as a child of the span that came with it. `pattern`: from code. */
export const serveCall = <T>(tracing: Tracing, pattern: string, message: unknown, work: () => Promise<T>): Promise<T> => {
  const span = tracing.on ? tracing.resume(pattern, sentBy(message), { kind: 'server', attributes: callOf(pattern) }) : null;
  if (span === null) return work();
  return inSpan(tracing, span, async () => {
    const answer = await work();
    const refusal = refusalOf(answer);
    if (refusal !== null) span.fail(refusal);
    return answer;
  });
};

/** Sends a message as a part of the work that is under way; `send` gets it with the span it is to be a child of. */
export const makeCall = <T>(
  tracing: Tracing,
  pattern: string,
  peer: { readonly host: string; readonly port: number },
  message: object,
  send: (message: object) => Promise<T>,
): Promise<T> => {
  const span = tracing.part(pattern, {
    kind: 'client',
    attributes: { ...callOf(pattern), [names.serverAddress]: peer.host, [names.serverPort]: peer.port },
  });
  return span === null ? send(message) : inSpan(tracing, span, () => send({ ...message, traceparent: span.traceparent }));
};
