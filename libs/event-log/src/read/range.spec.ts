import { RangeGoneFailure, UnknownTopicFailure } from '../failures.js';
import { rangeWithin } from './range.js';

describe('rangeWithin', () => {
  const bounds = { earliest: 10n, end: 20n };
  it.each([
    { why: 'reads everything kept when nothing is asked', asked: {}, expected: { from: 10n, to: 20n } },
    { why: 'reads what is asked', asked: { from: 12n, to: 15n }, expected: { from: 12n, to: 15n } },
    { why: 'ends at the end as of now', asked: { from: 12n, to: 99n }, expected: { from: 12n, to: 20n } },
    { why: 'is empty at the end', asked: { from: 20n }, expected: { from: 20n, to: 20n } },
    {
      why: 'does not miss what nobody wants: an empty range may begin anywhere',
      asked: { from: 3n, to: 3n },
      expected: { from: 3n, to: 3n },
    },
  ])('$why', ({ asked, expected }) => {
    expect(rangeWithin({ topic: 't', partition: 0, ...asked }, bounds)).toEqual(expected);
  });

  it('refuses a range that retention has bitten into', () => {
    expect(() => rangeWithin({ topic: 't', partition: 0, from: 9n }, bounds)).toThrow(RangeGoneFailure);
  });

  it('refuses a partition that is not there', () => {
    expect(() => rangeWithin({ topic: 't', partition: 7 }, undefined)).toThrow(UnknownTopicFailure);
  });
});
