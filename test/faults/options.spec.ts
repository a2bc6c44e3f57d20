import { parseOptions, UsageError } from './options.js';
import type { Scenario } from './scenario.js';

const scenario = (name: string): Scenario => ({
  name,
  about: name,
  shape: { ingests: 1, rankers: 1, gateways: 1 },
  full: { events: 1, seconds: 1 },
  short: { events: 1, seconds: 1 },
  run: () => Promise.resolve([]),
});
const known = ['one', 'two', 'three'].map(scenario);

describe('options of the fault bench', () => {
  it('runs all scenarios unless some are named, in their own order', () => {
    expect(parseOptions([], known).scenarios).toEqual(known);
    expect(parseOptions(['three', 'one', '--short'], known)).toMatchObject({ scenarios: [known[0], known[2]], short: true, seed: 1 });
  });

  it('takes sizes and a seed', () => {
    expect(parseOptions(['--seed', '7', '--events=50', '--seconds', '3'], known)).toMatchObject({ seed: 7, events: 50, seconds: 3 });
  });

  it.each([[['four']], [['--seed', 'x']], [['--events', '0']], [['--fast']]])('refuses %j', (args) => {
    expect(() => parseOptions(args, known)).toThrow(UsageError);
  });
});
