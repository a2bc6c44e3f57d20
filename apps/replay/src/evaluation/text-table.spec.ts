import { csvLine } from './csv-line.js';
import { inDigits, signed, textTable } from './text-table.js';

describe('textTable', () => {
  it('stands numbers to the right and texts to the left', () => {
    expect(
      textTable([
        ['name', 'count'],
        ['a', '1'],
        ['long one', '12.50'],
      ]),
    ).toBe('name      count\na             1\nlong one  12.50');
  });

  it('spells values with as many digits as matter', () => {
    expect([0.123456, 12.3456, 1234.5, null, NaN].map(inDigits)).toEqual(['0.1235', '12.35', '1235', '-', '-']);
    expect([-0.5, 0, null].map(signed)).toEqual(['-0.5000', '+0.0000', '-']);
  });
});

describe('csvLine', () => {
  it('quotes what needs it, leaves numbers whole, and keeps strangers from writing formulas', () => {
    expect(csvLine(['a,b', 'say "x"', 0.1 + 0.2, null, '=1+1', -1])).toBe('"a,b","say ""x""",0.30000000000000004,,\'=1+1,-1\n');
  });
});
