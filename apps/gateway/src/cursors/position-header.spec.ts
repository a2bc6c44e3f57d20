import fc from 'fast-check';
import { PositionHeader } from './position-header.js';

const header = new PositionHeader('a-secret-with-at-least-32-characters!');
const positions = fc.dictionary(
  fc.tuple(fc.constantFrom('papers.v1', 'interactions.v1'), fc.nat(11)).map(([topic, partition]) => `${topic}/${partition}`),
  fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String),
  { minKeys: 1 },
);

describe('Broadsheet-Position', () => {
  it('comes back as it was given', () => {
    fc.assert(fc.property(positions, (given) => expect(header.decode(header.encode(given) ?? '')).toEqual({ ...given })));
  });

  it('is nothing when there is no position', () => {
    expect(header.encode({})).toBeUndefined();
  });

  it.each([
    '',
    'x',
    'interactions.v1/3=125',
    'interactions.v1/3=125;mac=',
    `interactions.v1/3=125;mac=${'A'.repeat(22)}`,
    ';mac=é',
    'x'.repeat(9_000),
  ])('is refused when it is not ours: %p', (text) => {
    expect(() => header.decode(text)).toThrow('must be echoed as it was given');
  });

  it('is refused when a number was raised', () => {
    expect(() => header.decode((header.encode({ 'interactions.v1/3': '125' }) ?? '').replace('125', '999'))).toThrow();
  });
});
