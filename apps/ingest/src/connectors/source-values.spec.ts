import fc from 'fast-check';
import { count, cut, day, link, organization, text, texts, timestamp } from './source-values.js';

describe('source values', () => {
  it.each([
    { of: text, input: '  one\n  two ', expected: 'one two' },
    { of: text, input: 'a\0b\u0007c \ud83d', expected: 'abc' },
    { of: text, input: '😀 ok', expected: '😀 ok' },
    { of: text, input: '   ', expected: undefined },
    { of: text, input: 5, expected: undefined },
    { of: count, input: 7, expected: 7 },
    { of: count, input: '12', expected: 12 },
    { of: count, input: -3, expected: 0 },
    { of: count, input: 1.5, expected: undefined },
    { of: count, input: '', expected: undefined },
    { of: link, input: 'https://example.org/a b', expected: 'https://example.org/a b' },
    { of: link, input: 'javascript:alert(1)', expected: undefined },
    { of: link, input: 'github.com/x', expected: undefined },
    { of: timestamp, input: '2025-10-28T11:30:00+02:00', expected: '2025-10-28T09:30:00.000Z' },
    { of: timestamp, input: '2025-10-28', expected: undefined },
    { of: timestamp, input: '2025-10-28T11:30:00', expected: undefined },
    { of: day, input: '2025-10-28T11:30:00Z', expected: '2025-10-28' },
    { of: day, input: '2025-02-30', expected: undefined },
    { of: day, input: 'Oct 28', expected: undefined },
    { of: organization, input: { name: null, fullname: 'Acme Labs' }, expected: { name: 'Acme Labs', fullName: 'Acme Labs' } },
    { of: organization, input: { name: 'acme' }, expected: { name: 'acme' } },
    { of: organization, input: {}, expected: undefined },
  ])('$of.name reads $input as $expected', ({ of, input, expected }) => {
    expect(of(input)).toEqual(expected);
  });

  it('never throws, whatever a source holds', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const read of [text, count, link, timestamp, day, organization]) read(value);
        texts(value, 3, 10);
      }),
    );
  });

  it('cuts no character in half', () => {
    expect(/\p{Surrogate}/u.test(cut('ab😀', 3) ?? '')).toBe(false);
  });
});
