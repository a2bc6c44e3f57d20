import { UsageError } from './usage-error.js';
import { parseOptions } from './parse-options.js';

const specs = { from: { type: 'string' }, json: { type: 'boolean', default: false } } as const;

describe('parseOptions', () => {
  it('reads options and words', () => {
    const { values, positionals } = parseOptions(['DIR', '--from', 'x', '--json'], specs, 1);
    expect([values.from, values.json, positionals]).toEqual(['x', true, ['DIR']]);
  });

  it.each([
    [['--form', 'x'], '--form: is no option of this command; did you mean --from?'],
    [['--colour'], '--colour: is no option of this command'],
    [['--from'], '--from <value>'],
    [['--json=yes'], '--json'],
    [['DIR', 'MORE'], 'MORE: takes 1 word besides options'],
  ])('%j can not be meant', (args, why) => {
    expect(() => parseOptions(args, specs, 1)).toThrow(UsageError);
    expect(() => parseOptions(args, specs, 1)).toThrow(why);
  });
});
