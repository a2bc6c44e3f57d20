import { Failure } from '#contracts';
import { UsageError, type CommandContext, type ReplayCommand } from './command.js';
import { runCommand } from './run-command.js';

class Away extends Failure {
  readonly code = 'AWAY';
  readonly retryable = true;
}
class Gone extends Failure {
  readonly code = 'GONE';
  readonly retryable = false;
}

const command = (name: string, run: ReplayCommand['run']): ReplayCommand => ({
  name,
  summary: `does ${name}`,
  help: `usage of ${name}`,
  run,
});
const failing = (error: unknown): ReplayCommand =>
  command('fail', () => {
    throw error;
  });

/** Exit code, results and complaints of a command line. */
const typed = async (line: string, ...commands: ReplayCommand[]): Promise<{ code: number; out: string; err: string }> => {
  const [out, err] = [[] as string[], [] as string[]];
  const context: CommandContext = {
    print: (text) => out.push(text),
    say: (text) => err.push(text),
    signal: new AbortController().signal,
  };
  const code = await runCommand(line.split(' ').filter(Boolean), commands, context);
  return { code, out: out.join('\n'), err: err.join('\n') };
};

describe('a command line', () => {
  const echo = command('echo', (args, { print }) => {
    print(args.join('+'));
    return Promise.resolve(4);
  });

  it('runs the command with its arguments and ends with its code', async () => {
    expect(await typed('echo a --b', echo)).toEqual({ code: 4, out: 'a+--b', err: '' });
  });

  it.each(['', 'help', '--help', '-h'])('"%s" lists what there is', async (line) => {
    const { code, out } = await typed(line, echo);
    expect(code).toBe(0);
    expect(out).toContain('  echo      does echo\n');
    expect(out).toContain('130 interrupted');
  });

  it.each(['help echo', '--help echo', 'echo --help', 'echo a -h'])('"%s" tells of one command and does not run it', async (line) => {
    expect(await typed(line, echo)).toEqual({ code: 0, out: 'usage of echo', err: '' });
  });

  it('names a command that there is not, on standard error', async () => {
    const { code, out, err } = await typed('ecko a', echo);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('there is no command ecko');
  });

  it.each([
    [
      'what can not be meant',
      new UsageError('--seed x: must be a number'),
      2,
      '--seed x: must be a number\ntry npm run replay -- fail --help',
    ],
    ['what is gone', new Gone('records are gone'), 2, 'GONE: records are gone'],
    ['what may pass', new Away('no answer'), 1, 'AWAY: no answer'],
    ['something that is no error', 'odd', 1, 'odd'],
  ])('%s is said without a stack', async (_, error, code, err) => {
    expect(await typed('fail', failing(error))).toEqual({ code, out: '', err });
  });

  it('shows the stack of a fault of ours', async () => {
    const { code, err } = await typed('fail', failing(new TypeError('x is undefined')));
    expect(code).toBe(1);
    expect(err).toMatch(/^TypeError: x is undefined\n +at /);
  });
});
