import fc from 'fast-check';
import { UsageError } from '../../cli/command.js';
import { factNames, readWhere, type Facts } from './where.js';

const open: Facts = { action: 'open', surface: 'for-you', paper: '2510.00001', trust: 'server', client: 'web', hour: 9, arm: 'live' };

describe('a condition', () => {
  it.each([
    [`surface == 'for-you'`, true],
    [`surface != "for-you"`, false],
    [`hour < 9 || hour >= 9`, true],
    [`hour > 9 || hour <= 8`, false],
    [`hour in [8, 9] && action in ['open', 'save']`, true],
    [`!(client == 'web')`, false],
    [`arm == 'live' && (hour == 1 || client == 'web')`, true],
    [`arm == 'live' || hour == 1 && client == 'app'`, true], // && is stronger
    [`'2510.00001' == paper`, true],
    [`topic == null && topic != 'ai'`, true],
    [`topic < 'z' || topic >= 'a'`, false],
    [`topic in ['ai', null]`, true],
    [`hour > -1`, true],
  ])('%s is %s of an open on the for-you page at nine', (text, expected) => {
    expect(readWhere(text).test(open)).toBe(expected);
  });

  it.each([
    ['', 'alone is no condition'],
    [`surface`, 'surface alone is no condition'],
    [`surface == trending`, `text stands in quotes: 'trending'`],
    [`surfaces == 'trending'`, 'did you mean surface?'],
    [`surface == 'tranding'`, `surface is never 'tranding'; did you mean 'trending'?`],
    [`trust == 'nobody'`, 'it is one of server, client'],
    [`hour == '9'`, 'hour is a number and "9" a text'],
    [`1 == 1`, 'one must be a name'],
    [`hour + 1 == 9`, 'a binary expression can not be compared'],
    [`hour & 1`, '& is not known here'],
    [`action in 'open'`, 'in needs a list'],
    [`process.exit(1)`, 'a call expression alone is no condition'],
    [`paper == constructor`, 'constructor is not one of'],
    [`hour == `, 'Expected expression'],
    [`hour == /9/`, 'Expected expression'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => readWhere(text)).toThrow(UsageError);
    expect(() => readWhere(text)).toThrow(why);
  });

  it('tells what it speaks of', () => {
    expect([...readWhere(`hour == 1 && (arm == 'live' || hour == 2)`).names]).toEqual(['hour', 'arm']);
  });

  it('holds or does not, or is refused, whatever is typed: nothing of it is run', () => {
    const word = fc.constantFrom(
      ...factNames,
      `'open'`,
      '1',
      'null',
      '==',
      '!=',
      'in',
      '&&',
      '||',
      '!',
      '(',
      ')',
      '[',
      ']',
      ',',
      'this',
      'x()',
      'a.b',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 9 }), (words) => {
        try {
          expect(typeof readWhere(words.join(' ')).test(open)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
