import { brief, count, fixed, percent, plural, signed, tickLabel } from './numbers.js';

describe('numbers for people', () => {
  it.each([
    [fixed(-0.12345, 3), '−0.123'],
    [fixed(-0.0001, 2), '0.00'],
    [signed(0.0123, 2), '+0.01'],
    [signed(0.0001, 2), '0.00'],
    [signed(-2, 1), '−2.0'],
    [count(1_234_567), '1\u00a0234\u00a0567'],
    [percent(0.0567), '5.7\u00a0%'],
    [plural(1, 'reader'), '1 reader'],
    [plural(0, 'reader'), '0 readers'],
    [brief(2), '2'],
    [brief(2.25), '2.3'],
    [[0, 0.05, 0.1].map(tickLabel([0, 0.05, 0.1])).join(' '), '0.00 0.05 0.10'],
  ])('writes %s', (written, expected) => expect(written).toBe(expected));
});
