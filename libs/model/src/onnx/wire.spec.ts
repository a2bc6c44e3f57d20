import fc from 'fast-check';
import { bytesField, floatField, intField, messageField, textField, varint } from './wire.js';

describe('wire', () => {
  it.each([
    { why: 'zero is one byte', bytes: varint(0), expected: [0] },
    { why: 'seven bits fit one byte', bytes: varint(127), expected: [127] },
    { why: 'the example of the protobuf guide', bytes: varint(300), expected: [0xac, 0x02] },
    { why: 'negative numbers take ten bytes', bytes: varint(-1), expected: [...Array<number>(9).fill(0xff), 0x01] },
    { why: 'an int field has its number and wire type before it', bytes: intField(1, 150), expected: [0x08, 0x96, 0x01] },
    { why: 'a text field has its length', bytes: textField(2, 'testing'), expected: [0x12, 0x07, ...new TextEncoder().encode('testing')] },
    { why: 'a float is little-endian', bytes: floatField(2, 1), expected: [0x15, 0, 0, 0x80, 0x3f] },
    { why: 'field numbers above 15 take two bytes', bytes: intField(20, 1), expected: [0xa0, 0x01, 0x01] },
    {
      why: 'a message is its fields, length-delimited',
      bytes: messageField(3, [intField(1, 150)]),
      expected: [0x1a, 0x03, 0x08, 0x96, 0x01],
    },
    { why: 'no bytes are still a field', bytes: bytesField(1, new Uint8Array(0)), expected: [0x0a, 0x00] },
  ])('$why', ({ bytes, expected }) => {
    expect([...bytes]).toEqual(expected);
  });

  it('writes varints that read back as the same number', () => {
    const read = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 7n) | BigInt(byte & 0x7f), 0n);
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (value) => expect(read(varint(value))).toBe(value)));
  });
});
