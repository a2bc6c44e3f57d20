import { UsageError } from '#config';
import { readDigestOptions } from './digest-options.js';

const now = Date.parse('2026-11-24T06:00:00Z');

describe('readDigestOptions', () => {
  it('takes the day that ended last, by UTC, unless told otherwise', () => {
    expect(readDigestOptions(['--dry-run'], now)).toMatchObject({
      period: { key: '2026-11-23' },
      timeZone: 'UTC',
      count: 20,
      list: 'default',
    });
    expect(readDigestOptions(['--smtp', '--period', 'week', '--date', '2026-11-17'], now).period.key).toBe('2026-W47');
  });

  it.each([
    [[], 'one of --out, --smtp, --webhook and --dry-run must be asked for'],
    [['--dry-run', '--period', 'year'], '--period year: must be day or week or month'],
    [['--dry-run', '--date', '2026-02-30'], '--date 2026-02-30: must be a day'],
    [['--dry-run', '--date', '2026-11-24'], '--date 2026-11-24: the day 2026-11-24 has not ended in UTC'],
    [['--dry-run', '--date', '2026-11-01'], 'take --papers listed'],
    [['--dry-run', '--time-zone', 'Mars/Olympus'], '--time-zone Mars/Olympus: must be a time zone'],
    [['--dry-run', '--count', '0'], '--count 0: must be a whole number from 1 to 100'],
    [['--dry-run', '--list', 'A B'], '--list A B: must be 1 to 40 of a-z 0-9 -'],
    [['--dry-run', '--topic', ''], '--topic : must have 1 to 100 characters'],
    [['--dry-run', '--smpt'], 'did you mean --smtp?'],
  ])('refuses %j', (args, message) => {
    expect(() => readDigestOptions(args, now)).toThrow(UsageError);
    expect(() => readDigestOptions(args, now)).toThrow(message);
  });

  it('makes a digest of any past period from what was listed in it', () => {
    expect(readDigestOptions(['--dry-run', '--papers', 'listed', '--period', 'month', '--date', '2026-01-05'], now).period.key).toBe(
      '2026-01',
    );
  });
});
