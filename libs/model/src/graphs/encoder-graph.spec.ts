import fc from 'fast-check';
import { quantiseRows } from './encoder-graph.js';

describe('quantiseRows', () => {
  it('keeps every number to half a step of its row', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 8, maxLength: 8 }), (cells) => {
        const { values, scales } = quantiseRows(Float64Array.from(cells), 4);
        cells.forEach((cell, at) => {
          const scale = scales[Math.floor(at / 4)] ?? 0;
          expect(Math.abs((values[at] ?? 0) * scale - cell)).toBeLessThanOrEqual(scale * 0.501);
        });
      }),
    );
  });

  it('keeps a row of zeros at zero', () => {
    expect(quantiseRows(new Float64Array(3), 3)).toMatchObject({ values: new Int8Array(3), scales: new Float32Array(1) });
  });
});
