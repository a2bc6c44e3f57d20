import { readFileSync } from 'node:fs';
import { version } from '../version.js';
import { parseCommand } from './command.js';
import { helpFor } from './help.js';
import { UsageError } from './usage-error.js';

const TODAY = '2025-10-28';

describe('parseCommand', () => {
  it.each([
    { line: '', command: { name: 'serve' } },
    { line: 'migrate', command: { name: 'migrate' } },
    { line: '--help', command: { name: 'help', about: '' } },
    { line: 'load --help', command: { name: 'help', about: 'load' } },
    { line: 'help migrate', command: { name: 'help', about: 'migrate' } },
    {
      line: 'load --connector jsonl --path a.jsonl',
      command: { source: { connector: 'jsonl', path: 'a.jsonl' }, restart: false, dryRun: false },
    },
    {
      line: 'load jsonl a.jsonl --dry-run --restart',
      command: { source: { connector: 'jsonl', path: 'a.jsonl' }, restart: true, dryRun: true },
    },
    { line: 'load hub --since 2025-10-01', command: { source: { connector: 'hub', since: '2025-10-01', until: TODAY } } },
    { line: 'load arxiv --set cs', command: { source: { connector: 'arxiv', set: 'cs' } } },
  ])('reads "$line"', ({ line, command }) => {
    expect(parseCommand(line.split(' ').filter(Boolean), TODAY)).toMatchObject(command);
  });

  it.each([
    { line: 'destroy', message: 'no command' },
    { line: 'load', message: '--connector must be one of' },
    { line: 'load ftp x', message: '--connector must be one of jsonl' },
    { line: 'load jsonl', message: '--path is required' },
    { line: 'load hub', message: '--since is required' },
    { line: 'load hub --since yesterday', message: '--since must be a day' },
    { line: 'load hub --since 2025-02-30', message: '--since must be a day' },
    { line: 'load hub --since 2025-10-02 --until 2025-10-01', message: '--until must not be before' },
    { line: 'load hub --since 2025-10-01 --url ftp://x', message: '--url must begin' },
    { line: 'load --unknown', message: "'--unknown'" },
  ])('refuses "$line" by name', ({ line, message }) => {
    expect(() => parseCommand(line.split(' '), TODAY)).toThrow(UsageError);
    expect(() => parseCommand(line.split(' '), TODAY)).toThrow(message);
  });

  it('has a help page for every command', () => {
    for (const command of ['serve', 'migrate', 'load', 'dead-letters']) expect(helpFor(command)).toContain(`usage: ingest ${command}`);
    expect(helpFor('')).toContain('serve');
  });

  it('is of the version that package.json says', () => {
    expect(version).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
  });
});
