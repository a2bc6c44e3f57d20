import { loudPart } from './service-log.js';

describe('loudPart', () => {
  it.each([
    { why: 'a warning', line: '{"level":"warn","msg":"log is away"}', shown: 'warn  log is away' },
    {
      why: 'an error with its cause',
      line: '{"level":"error","msg":"append failed","err":{"message":"no\\nbroker"}}',
      shown: 'error  append failed: no broker',
    },
    { why: 'an error whose message is the line', line: '{"level":"fatal","msg":"no","err":{"message":"no"}}', shown: 'fatal  no' },
    { why: 'nothing of a plain line', line: '{"level":"info","msg":"started"}', shown: null },
    { why: 'nothing of what is not JSON', line: '(node:1) ExperimentalWarning', shown: null },
    { why: 'nothing of JSON that is no log line', line: '3', shown: null },
  ])('shows $why', ({ line, shown }) => {
    expect(loudPart(line)).toBe(shown);
  });
});
