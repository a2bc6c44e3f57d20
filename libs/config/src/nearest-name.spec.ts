import fc from 'fast-check';
import { editDistance, nearestName } from './nearest-name.js';

describe('editDistance', () => {
  it.each([
    { a: 'KAFKA', b: 'KAFKA', edits: 0 },
    { a: 'KAFKA', b: 'KAFAK', edits: 1 },
    { a: 'KAFKA', b: 'KFKA', edits: 1 },
    { a: 'KAFKA', b: '', edits: 5 },
    { a: 'kitten', b: 'sitting', edits: 3 },
  ])('$a and $b are $edits apart', ({ a, b, edits }) => {
    expect(editDistance(a, b)).toBe(edits);
  });

  it('is symmetric, and zero only for equal names', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});

describe('nearestName', () => {
  it.each([
    { name: 'KAFKA_BROKER', candidates: ['KAFKA_BROKERS', 'BROKER'], near: 'KAFKA_BROKERS' },
    { name: 'PATH', candidates: ['PORT_OF_CALL', 'DATABASE_URL'], near: null },
    { name: 'X', candidates: [], near: null },
  ])('$name -> $near', ({ name, candidates, near }) => {
    expect(nearestName(name, candidates)).toBe(near);
  });
});
