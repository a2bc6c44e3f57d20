import { parseModels } from './models-command.js';

const commandOf = (args: readonly string[]) => parseModels(args).command;

describe('parseModels', () => {
  it('reads each verb', () => {
    expect(commandOf(['list'])).toEqual({ verb: 'list' });
    expect(commandOf(['rollback', 'trending'])).toEqual({ verb: 'rollback', name: 'trending' });
    for (const verb of ['promote', 'shadow', 'retire'] as const)
      expect(commandOf([verb, 'personal', '20251101-abcdef0'])).toEqual({ verb, name: 'personal', version: '20251101-abcdef0' });
    expect(commandOf(['arm', 'personal', 'v', '--arm', 'bold', '--share', '0.1'])).toEqual({
      verb: 'arm',
      name: 'personal',
      version: 'v',
      arm: 'bold',
      share: 0.1,
    });
  });

  it('waits for a minute, for as long as it is told, or not', () => {
    const waitOf = (...more: readonly string[]) => parseModels(['promote', 'personal', 'v', ...more]).waitS;
    expect([waitOf(), waitOf('--timeout', '5'), waitOf('--no-wait')]).toEqual([60, 5, null]);
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
    [['promote', 'personal', 'v', '--timeout', '0'], /--timeout must be 1 to 3600/],
    [['promote', 'personal', 'v', '--timeout', 'soon'], /--timeout must be 1 to 3600 seconds, not soon/],
    [['promote', 'personal', 'v', '--timeout', '5', '--no-wait'], /do not go together/],
  ])('refuses %j', (args, problem) => {
    expect(() => parseModels(args)).toThrow(problem);
  });
});
