import { parseDeadLetters } from './dead-letters-command.js';
import { UsageError } from './usage-error.js';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const read = (line: string) => parseDeadLetters(line.split(' ').filter(Boolean), NOW);

describe('parseDeadLetters', () => {
  it.each([
    { line: '', command: { name: 'help', about: 'dead-letters' } },
    { line: 'list --help', command: { name: 'help', about: 'dead-letters' } },
    { line: 'list', command: { verb: 'list', filter: {}, json: false, limit: 50 } },
    { line: 'list --class RECORD_INVALID --limit 5 --json', command: { filter: { code: 'RECORD_INVALID' }, json: true, limit: 5 } },
    { line: 'count --topic papers.v1 --consumer archive', command: { verb: 'count', filter: { topic: 'papers.v1', consumer: 'archive' } } },
    { line: 'list --since 2026-11-01', command: { filter: { since: Date.parse('2026-11-01T00:00:00Z') } } },
    { line: 'list --since 12h', command: { filter: { since: NOW - 12 * 3_600_000 } } },
    { line: 'show interactions.v1/3/17', command: { verb: 'show', filter: { name: 'interactions.v1/3/17' } } },
    { line: 'show --id dl:1', command: { verb: 'show', filter: { name: 'dl:1' } } },
    { line: 'redrive', command: { verb: 'redrive', filter: {}, dryRun: false, force: false, limit: 10_000 } },
    { line: 'redrive --id dl:1 --dry-run --force --limit 3', command: { filter: { name: 'dl:1' }, dryRun: true, force: true, limit: 3 } },
  ])('reads "$line"', ({ line, command }) => {
    expect(read(line)).toMatchObject(command);
  });

  it.each([
    { line: 'burn', message: 'can not burn' },
    { line: 'show', message: 'show which?' },
    { line: 'list extra', message: 'no place for extra' },
    { line: 'list --since yesterday', message: '--since must be' },
    { line: 'list --limit 0', message: '--limit must be' },
    { line: 'list --dry-run', message: 'for redrive' },
    { line: 'redrive --json', message: '--json is for' },
    { line: 'redrive --all', message: "'--all'" },
  ])('refuses "$line" by name', ({ line, message }) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(message);
  });
});
