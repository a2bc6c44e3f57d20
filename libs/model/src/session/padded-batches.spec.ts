import fc from 'fast-check';
import { paddedBatches } from './padded-batches.js';

describe('paddedBatches', () => {
  it.each([
    { why: 'nothing needs no run', count: 0, expected: [] },
    { why: 'takes the smallest size that holds all', count: 33, expected: [{ start: 0, rows: 33, size: 64 }] },
    { why: 'takes a size that fits exactly', count: 64, expected: [{ start: 0, rows: 64, size: 64 }] },
    {
      why: 'cuts what is larger than the largest',
      count: 130,
      expected: [
        { start: 0, rows: 64, size: 64 },
        { start: 64, rows: 64, size: 64 },
        { start: 128, rows: 2, size: 32 },
      ],
    },
  ])('$why', ({ count, expected }) => {
    expect(paddedBatches(count, [32, 64])).toEqual(expected);
  });

  it('covers every row once, in order, in runs that hold them', () => {
    fc.assert(
      fc.property(fc.nat(3000), (count) => {
        const batches = paddedBatches(count, [32, 64, 128, 256, 512]);
        expect(batches.flatMap(({ start, rows }) => Array.from({ length: rows }, (_, i) => start + i))).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
        expect(batches.every(({ rows, size }) => rows > 0 && rows <= size)).toBe(true);
      }),
    );
  });

  it('refuses to cut into no sizes', () => {
    expect(() => paddedBatches(1, [])).toThrow(RangeError);
  });
});
