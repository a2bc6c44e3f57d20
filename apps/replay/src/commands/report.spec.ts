import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usualRun, writeInventedRun } from '../../../../bench/harness/invented-run/invented-run.js';
import { UsageError } from '../cli/command.js';
import { RunFileFailure } from '../files/run-file.failure.js';
import { inventEvaluation } from '../report/fixtures/invented-evaluation.js';
import { reportCommand } from './report.js';

describe('report', () => {
  let directory: string;
  const run = async (...args: string[]): Promise<string> => {
    const printed: string[] = [];
    await reportCommand.run(args, { print: (text) => printed.push(text), say: () => undefined, signal: new AbortController().signal });
    return printed.join('\n');
  };
  const bytes = (): Record<string, string> =>
    Object.fromEntries(
      ['report.html', ...readdirSync(join(directory, 'report')).map((file) => join('report', file))].map((file) => [
        file,
        readFileSync(join(directory, file), 'utf8'),
      ]),
    );

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'report-'));
    writeInventedRun(directory, { ...usualRun, requests: 300, days: 2 });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('writes one page with every plot, and each as SVG and CSV, twice the same', async () => {
    writeFileSync(join(directory, 'left-over.txt'), '');
    const printed = await run(directory);
    const first = bytes();
    const names = Object.keys(first).flatMap((file) => /^report\/(?<name>.*)\.csv$/.exec(file)?.groups?.['name'] ?? []);
    expect(names).toHaveLength(12);
    for (const name of names) {
      expect(printed).toContain(`  ${name}: `);
      expect(first['report.html']).toContain(`<figure id="${name}">`);
      expect(first[`report/${name}.svg`]).toMatch(/^<svg xmlns.*role="img"/);
      expect(first[`report/${name}.csv`]!.split('\n').length).toBeGreaterThan(2);
    }
    await run(directory);
    expect(bytes()).toEqual(first);
  });

  it('asks nothing of the network and runs nothing', () => {
    const page = readFileSync(join(directory, 'report.html'), 'utf8');
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(/);
    expect(
      [...page.matchAll(/(?:href|src)="(?<to>[^"]*)"/g)].map(({ groups }) => groups!['to']!).filter((to) => !/^(#|report\/)/.test(to)),
    ).toEqual([]);
  });

  it('has no two elements of one id, or labels would point at the wrong one', () => {
    const ids = [...readFileSync(join(directory, 'report.html'), 'utf8').matchAll(/\sid="(?<id>[^"]*)"/g)].map(
      ({ groups }) => groups!['id']!,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('takes no evaluation of another run for its own', async () => {
    await run(directory);
    const own = bytes();
    writeFileSync(join(directory, 'eval.json'), JSON.stringify(inventEvaluation('0'.repeat(64))));
    await run(directory);
    expect(bytes()).toEqual(own);
  });

  it('names the file that was changed after the run', async () => {
    appendFileSync(join(directory, 'slates.ndjson'), '\n');
    await expect(run(directory)).rejects.toThrow(RunFileFailure);
  });

  it('wants a directory', async () => {
    await expect(run()).rejects.toThrow(UsageError);
  });
});
