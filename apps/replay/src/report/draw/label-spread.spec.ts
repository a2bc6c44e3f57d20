import fc from 'fast-check';
import { spreadLabels } from './label-spread.js';

describe('spreadLabels', () => {
  it('leaves labels that are far enough apart', () => expect(spreadLabels([10, 50, 90], 15, 0, 100)).toEqual([10, 50, 90]));

  it('moves a pair apart around its middle', () => expect(spreadLabels([50, 50], 20, 0, 100)).toEqual([40, 60]));

  it('answers in the order it was asked', () => expect(spreadLabels([90, 10], 15, 0, 100)).toEqual([90, 10]));

  it('keeps the gap, the order and the borders, whatever is wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 450, noNaN: true }), { minLength: 1, maxLength: 20 }), (wanted) => {
        const places = spreadLabels(wanted, 17, 0, 400);
        const order = wanted.map((_, at) => at).sort((x, y) => wanted[x]! - wanted[y]! || x - y);
        for (let rank = 1; rank < order.length; rank++)
          expect(places[order[rank]!]! - places[order[rank - 1]!]!).toBeGreaterThan(17 - 1e-6);
        for (const place of places) {
          expect(place).toBeGreaterThan(-1e-6);
          expect(place).toBeLessThan(400 + 1e-6);
        }
      }),
    );
  });
});
