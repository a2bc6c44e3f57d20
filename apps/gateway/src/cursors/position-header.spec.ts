import fc from 'fast-check';
import type { PaperId } from '#contracts';
import { type EchoedHide, PositionHeader } from './position-header.js';

const header = new PositionHeader('a-secret-with-at-least-32-characters!');
const positions = fc.dictionary(
  fc.tuple(fc.constantFrom('papers.v1', 'interactions.v1'), fc.nat(11)).map(([topic, partition]) => `${topic}/${partition}`),
  fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String),
  { minKeys: 1 },
);

const hide = fc.record<EchoedHide>({
  paper: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:()/-]{0,60}$/).map((id) => id as PaperId),
  time: fc.nat(4e12),
  taken: fc.nat(4e12),
});

describe('Broadsheet-Position', () => {
  it('comes back as it was given', () => {
    fc.assert(
      fc.property(positions, fc.array(hide, { maxLength: 8 }), (after, hides) =>
        expect(header.decode(header.encode({ after, hides }) ?? '')).toEqual({ after: { ...after }, hides }),
      ),
    );
  });

  it('is nothing when there is no position', () => {
    expect(header.encode({ after: {}, hides: [] })).toBeUndefined();
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
    expect(() =>
      header.decode((header.encode({ after: { 'interactions.v1/3': '125' }, hides: [] }) ?? '').replace('125', '999')),
    ).toThrow();
  });

  it('has room for the newest hides only', () => {
    const hides = Array.from({ length: 300 }, (_, n): EchoedHide => ({ paper: `2511.${n}` as PaperId, time: 1e12, taken: 1e12 }));
    const text = header.encode({ after: { 'interactions.v1/3': '125' }, hides }) ?? '';
    const { hides: kept } = header.decode(text);
    expect(text.length).toBeLessThan(2_000);
    expect(kept.length).toBeGreaterThan(30);
    expect(kept).toEqual(hides.slice(-kept.length));
  });
});
