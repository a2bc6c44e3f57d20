import fc from 'fast-check';
import { parseTraceparent, traceparentOf } from './traceparent.js';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';

describe('parseTraceparent', () => {
  it.each([
    { why: 'sampled', text: `00-${trace}-${span}-01`, sampled: true },
    { why: 'not sampled', text: `00-${trace}-${span}-00`, sampled: false },
    { why: 'flags that are not known yet', text: `00-${trace}-${span}-03`, sampled: true },
    { why: 'a later version, with more behind', text: `cc-${trace}-${span}-01-what-comes`, sampled: true },
  ])('reads one that is $why', ({ text, sampled }) => {
    expect(parseTraceparent(text)).toEqual({ traceId: trace, spanId: span, sampled });
  });

  it.each([
    { why: 'nothing', text: undefined },
    { why: 'two headers', text: [`00-${trace}-${span}-01`] },
    { why: 'a trace of zeros', text: `00-${'0'.repeat(32)}-${span}-01` },
    { why: 'a span of zeros', text: `00-${trace}-${'0'.repeat(16)}-01` },
    { why: 'the version that is forbidden', text: `ff-${trace}-${span}-01` },
    { why: 'version 00 with more behind', text: `00-${trace}-${span}-01-x` },
    { why: 'capitals', text: `00-${trace.toUpperCase()}-${span}-01` },
    { why: 'a book', text: `01-${trace}-${span}-01-${'x'.repeat(300)}` },
  ])('passes over $why', ({ text }) => {
    expect(parseTraceparent(text)).toBeNull();
  });

  it('reads what we write, and throws at nothing', () => {
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => /[^0]/.test(text));
    fc.assert(
      fc.property(hex(32), hex(16), (traceId, spanId) => {
        expect(parseTraceparent(traceparentOf({ traceId, spanId }))).toEqual({ traceId, spanId, sampled: true });
      }),
      { numRuns: 50 },
    );
    fc.assert(fc.property(fc.anything(), (value) => void parseTraceparent(value)));
  });
});
