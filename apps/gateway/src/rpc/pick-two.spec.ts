import fc from 'fast-check';
import { pickTwo } from './pick-two.js';

describe('pickTwo', () => {
  it('takes the less busy of two different ones, and never the busiest of all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 2, maxLength: 8 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (loads, one, two) => {
          const replicas = loads.map((inFlight, index) => ({ inFlight, index }));
          const numbers = [one, two];
          const chosen = pickTwo(replicas, () => numbers.shift() ?? 0);
          const busier = replicas.filter(({ inFlight, index }) => index !== chosen?.index && inFlight >= (chosen?.inFlight ?? 0));
          expect(busier.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it.each([
    { why: 'nobody of none', candidates: [], expected: undefined },
    { why: 'the only one', candidates: [{ inFlight: 7 }], expected: { inFlight: 7 } },
  ])('takes $why', ({ candidates, expected }) => {
    expect(pickTwo(candidates, Math.random)).toEqual(expected);
  });
});
