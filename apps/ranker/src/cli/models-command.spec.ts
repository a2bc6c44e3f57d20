import { parseModels } from './models-command.js';

describe('parseModels', () => {
  it('reads each verb', () => {
    expect(parseModels(['list'])).toEqual({ verb: 'list' });
    expect(parseModels(['rollback', 'trending'])).toEqual({ verb: 'rollback', name: 'trending' });
    for (const verb of ['promote', 'shadow', 'retire'] as const)
      expect(parseModels([verb, 'personal', '20251101-abcdef0'])).toEqual({ verb, name: 'personal', version: '20251101-abcdef0' });
    expect(parseModels(['arm', 'personal', 'v', '--arm', 'bold', '--share', '0.1'])).toEqual({
      verb: 'arm',
      name: 'personal',
      version: 'v',
      arm: 'bold',
      share: 0.1,
    });
  });

  it.each([
    [[], /no such verb/],
    [['promote', 'encoder', 'v'], /which model/],
    [['promote', 'personal'], /which version/],
    [['promote', 'personal', 'v', 'w'], /too much/],
    [['promote', 'personal', 'v', '--share', '1'], /for the verb arm/],
    [['rollback', 'personal', 'v'], /takes no version/],
    [['arm', 'personal', 'v', '--arm', 'bold'], /--share/],
    [['arm', 'personal', 'v', '--arm', 'bold', '--share', '2'], /--share/],
    [['arm', 'personal', 'v', '--share', '0.1'], /--arm/],
  ])('refuses %j', (args, problem) => {
    expect(() => parseModels(args)).toThrow(problem);
  });
});
